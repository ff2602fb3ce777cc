using System.Collections.Immutable;
using Archer.Client.Agents;
using Archer.Client.History;
using Archer.Grains.Agents;

namespace Archer.Grains.History;

/// <summary>Two neighbouring points of a curve as one: means by count, ends from the later one.</summary>
internal static class HistoryPoints
{
    public static EpisodePoint Join(EpisodePoint earlier, EpisodePoint later) => later with
    {
        First = earlier.First,
        Count = earlier.Count + later.Count,
        Return = Mean(earlier.Return, earlier.Count, later.Return, later.Count),
        Turns = Mean(earlier.Turns, earlier.Count, later.Turns, later.Count),
        Version = earlier.Version,
        Kinds = Add(earlier.Kinds, later.Kinds),
    };

    public static LearnerPoint Join(LearnerPoint earlier, LearnerPoint later) => later with
    {
        Count = earlier.Count + later.Count,
        CriticLoss = Mean(earlier.CriticLoss, earlier.Count, later.CriticLoss, later.Count),
        ActorLoss = Mean(earlier.ActorLoss, earlier.Count, later.ActorLoss, later.Count),
    };

    public static LoadPoint Join(LoadPoint earlier, LoadPoint later) => later with
    {
        Count = earlier.Count + later.Count,
        TurnsPerSecond = Mean(earlier.TurnsPerSecond, earlier.Count, later.TurnsPerSecond, later.Count),
    };

    /// <summary>A history without the numbers that cannot be true: what was taken once would spoil every curve for ever.</summary>
    public static AgentHistoryState WithoutImpossible(AgentHistoryState history, AgentDefinition agent)
    {
        ImmutableArray<LearnerPoint> learner = [.. history.Learner.Where(point => LearnerReportRules.IsPossible(point, agent))];
        return history with
        {
            Learner = learner,
            LearnerStep = history.LearnerStep <= LearnerReportRules.LargestStep ? history.LearnerStep : learner.Select(point => point.Step).LastOrDefault(),
            Episodes = [.. history.Episodes.Where(point => agent.IsReturn(point.Return))],
            Calibration = [.. history.Calibration.Where(pair => agent.IsReturn(pair.Predicted) && agent.IsReturn(pair.Realised))],
        };
    }

    /// <summary>A task that came later, or changed, counts from then on.</summary>
    public static ImmutableArray<UtteranceKind> Add(ImmutableArray<UtteranceKind> earlier, ImmutableArray<UtteranceKind> later) =>
        earlier.Length == later.Length ? [.. earlier.Zip(later, (one, other) => other with { Count = one.Count + other.Count })] : later.IsEmpty ? earlier : later;

    private static double Mean(double left, long leftCount, double right, long rightCount) =>
        ((left * leftCount) + (right * rightCount)) / (leftCount + rightCount);

    /// <summary>What is unknown on one side leaves the other side's mean.</summary>
    private static double? Mean(double? left, long leftCount, double? right, long rightCount) =>
        left is { } one && right is { } other ? Mean(one, leftCount, other, rightCount) : left ?? right;
}
