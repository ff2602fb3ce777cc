using Archer.Embedded.Storage;

namespace Archer.Silo.Composition;

/// <summary>Stored data that cannot be read as what was written.</summary>
internal static class DamagedData
{
    /// <summary>File, place, expected and found; null when the failure is none of this.</summary>
    public static string? Of(Exception exception) => (exception as LogCorruptException)?.Message;
}
