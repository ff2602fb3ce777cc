using System.Globalization;

namespace Archer.Replay.Sqlite;

/// <summary>Names one version of one stored state. A state that was cleared and written again has another id: old tags never fit.</summary>
/// <param name="Id">Number of the row, never used twice.</param>
/// <param name="Version">Grows by one with each write.</param>
public readonly record struct StateTag(long Id, long Version)
{
    /// <summary>The tag that a text names; one that fits nothing when the text is of another storage.</summary>
    public static StateTag Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new StateTag(id, version)
            : default;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}-{Version}");
}
