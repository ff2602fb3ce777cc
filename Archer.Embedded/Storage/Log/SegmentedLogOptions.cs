namespace Archer.Embedded.Storage;

/// <summary>Settings of one <see cref="SegmentedLog"/>.</summary>
public sealed record SegmentedLogOptions
{
    /// <summary>Directory of the segment files; made when missing. One process at a time has it open.</summary>
    public required string Directory { get; init; }

    /// <summary>Size at which a new segment begins, in bytes. Default 64 MiB: a start reads one segment into memory at a time.</summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>When an append counts as durable. Default <see cref="LogDurability.Fsync"/>.</summary>
    public LogDurability Durability { get; init; }

    /// <summary>Least time between two batches. Longer than zero, records wait that long for others to share their fsync. Default zero.</summary>
    public TimeSpan BatchInterval { get; init; }

    /// <summary>What is wrong with these settings; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(Directory))
        {
            problems.Add("Directory is empty, expected a path.");
        }

        if (SegmentBytes is < 4096 or > 1 << 30)
        {
            problems.Add($"SegmentBytes is {SegmentBytes}, expected 4096 to {1 << 30}.");
        }

        if (!Enum.IsDefined(Durability))
        {
            problems.Add($"Durability is {(int)Durability}, expected Fsync or OperatingSystemCache.");
        }

        if (BatchInterval < TimeSpan.Zero || BatchInterval > TimeSpan.FromMinutes(1))
        {
            problems.Add($"BatchInterval is {BatchInterval}, expected zero to one minute.");
        }

        return problems;
    }
}
