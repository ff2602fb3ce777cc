using Archer.Embedded.Storage;

namespace Archer.Client.Replay;

/// <summary>Where and how a <see cref="LocalReplayStore"/> keeps its files.</summary>
public sealed record LocalReplayOptions
{
    /// <summary>Directory with one sub-directory for each agent; made when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Capacity, as in every store.</summary>
    public ReplayOptions Replay { get; init; } = new();

    /// <summary>When an append counts as durable. Default <see cref="LogDurability.Fsync"/>.</summary>
    public LogDurability Durability { get; init; }

    /// <summary>Size of a segment file in bytes, the unit in which space is given back. Default 8 MiB, about 40,000 rows.</summary>
    public int SegmentBytes { get; init; } = 8 << 20;

    /// <summary>
    /// Least time between two fsyncs. A row waits that long for others to share its fsync, which no caller of a turn waits for; without it the buffer's
    /// fsyncs, one for nearly every turn, hold up those of the conversations on the same disk. Default zero.
    /// </summary>
    public TimeSpan BatchInterval { get; init; }

    /// <summary>What is wrong with these settings; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems() => [.. Replay.Problems(), .. ForLog(Directory).Problems()];

    internal SegmentedLogOptions ForLog(string directory) =>
        new() { Directory = directory, Durability = Durability, SegmentBytes = SegmentBytes, BatchInterval = BatchInterval };
}
