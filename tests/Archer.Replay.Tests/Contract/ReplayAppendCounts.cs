namespace Archer.Replay.Tests;

/// <summary>What an append did, in numbers.</summary>
internal static class ReplayAppendCounts
{
    public static ReplayAppendResult Counts(this ReplayAppendResult result) => result with { Positions = default };
}
