namespace Archer.Embedded.Storage;

/// <summary>Settings of <see cref="LocalGrainStorage"/>.</summary>
public sealed class LocalGrainStorageOptions
{
    /// <summary>Directory of the log; made when missing. Required.</summary>
    public string Directory { get; set; } = "";

    /// <summary>When a write counts as durable. Default <see cref="LogDurability.Fsync"/>.</summary>
    public LogDurability Durability { get; set; }

    /// <summary>Size of a segment file in bytes, the unit in which space is given back. Default 64 MiB.</summary>
    public int SegmentBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Share of the log that may be outdated before the oldest segments are rewritten, in [0.1, 0.9]. Default 0.5: disk use stays about twice
    /// the states, and each byte written is copied about once.
    /// </summary>
    public double GarbageShare { get; set; } = 0.5;

    /// <summary>How states become bytes. Default JSON.</summary>
    public IStateSerializer Serializer { get; set; } = new JsonStateSerializer();

    /// <summary>What is wrong with these settings; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. ForLog().Problems(),
        .. GarbageShare is >= 0.1 and <= 0.9 ? Array.Empty<string>() : [$"GarbageShare is {GarbageShare}, expected 0.1 to 0.9."],
    ];

    internal SegmentedLogOptions ForLog() => new() { Directory = Directory, Durability = Durability, SegmentBytes = SegmentBytes };
}
