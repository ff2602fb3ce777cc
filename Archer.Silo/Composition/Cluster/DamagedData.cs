namespace Archer.Silo.Composition;

/// <summary>Stored data that cannot be read as what was written: this stack keeps none in files of its own.</summary>
internal static class DamagedData
{
    /// <summary>Always null.</summary>
    public static string? Of(Exception exception) => null;
}
