using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Storage;

/// <summary>What the storages have in common: versions as etags, an absent state, a lost race.</summary>
internal static class GrainStateVersions
{
    public static string ETagOf(long version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>The version an etag names; null for none. An etag of another storage names none that is stored.</summary>
    public static long? VersionOf(string? etag) =>
        etag is null ? null : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;

    public static void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    public static InconsistentStateException Conflict(
        string action, string storage, string stateName, GrainId grainId, string? expected, string? stored) =>
        new(
            $"Tried to {action} state \"{stateName}\" of grain {grainId} in storage \"{storage}\": "
            + $"expected version {expected ?? "none"}, found {stored ?? "none"}. Somebody else wrote it; read it again.",
            stored ?? "none",
            expected ?? "none");
}
