namespace Archer.Replay;

/// <summary>How much a replay store keeps; the same for every agent and every store. Section <c>Archer:Replay</c>.</summary>
public sealed record ReplayOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Archer:Replay";

    /// <summary>
    /// Rows (finished turns) to keep for each agent. Default 10,000: the replay buffer of ArCHer's released code, about 1,000 games
    /// of Twenty Questions. Whole episodes go, those whose last row is oldest first; rows that no reader has seen stay up to twice this.
    /// </summary>
    public int CapacityRows { get; init; } = 10_000;

    /// <summary>Longest pause between two looks of a waiting reader, where the store cannot signal (Redis). Default 100 ms.</summary>
    public TimeSpan MaxPoll { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What is wrong with these settings; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (CapacityRows < 1)
        {
            problems.Add($"CapacityRows is {CapacityRows}, expected at least 1.");
        }

        if (MaxPoll < TimeSpan.FromMilliseconds(1) || MaxPoll > TimeSpan.FromMinutes(1))
        {
            problems.Add($"MaxPoll is {MaxPoll}, expected 1 ms to 1 minute.");
        }

        return problems;
    }
}
