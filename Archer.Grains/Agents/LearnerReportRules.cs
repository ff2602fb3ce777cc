using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.History;
using static System.FormattableString;

namespace Archer.Grains.Agents;

/// <summary>
/// What a learner can report. A number beyond these bounds is a mistake of whoever sends it; one that was taken would stay in the curves for ever.
/// </summary>
public static class LearnerReportRules
{
    /// <summary>Largest number of iterations over all runs.</summary>
    public const long LargestStep = 100_000_000;

    /// <summary>Largest number of episodes over all runs.</summary>
    public const long LargestEpisodes = 1_000_000_000_000;

    /// <summary>Largest number of samples for each inserted row.</summary>
    public const double LargestSamplesPerInsert = 1e6;

    /// <summary>Losses up to here are possible for every agent, whatever its rewards.</summary>
    private const double MinBound = 1e6;

    /// <summary>Iterations that a learner may be ahead of what is known, besides those for which there was time.</summary>
    private const long StepsAhead = 10_000;

    private const double StepsPerSecond = 1_000;

    /// <summary>Every problem of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="agent">The agent that it is about.</param>
    /// <param name="before">The report before it; null before the first.</param>
    public static IEnumerable<string> Validate(LearnerReport report, AgentDefinition agent, LearnerReport? before)
    {
        var loss = LargestLoss(agent);
        var problems = new List<string?>
        {
            Outside("step", report.Step, 0, LargestStep),
            Outside("episodes_consumed", report.EpisodesConsumed, 0, LargestEpisodes),
            Outside("critic_loss", report.CriticLoss, -loss, loss),
            Outside("actor_loss", report.ActorLoss, -loss, loss),
            Outside("samples_per_insert", report.SamplesPerInsert, 0, LargestSamplesPerInsert),
            Outside("discount", report.Discount, 0, 1),
            Outside("advantage_lambda", report.AdvantageLambda, 0, 1),
        };
        if (before is not null && before.Run == report.Run)
        {
            problems.Add(Behind("step", report.Step, before.Step, report.Run));
            problems.Add(Behind("episodes_consumed", report.EpisodesConsumed, before.EpisodesConsumed, report.Run));
            problems.Add(Behind("position", report.Position, before.Position, report.Run));
        }

        return problems.OfType<string>();
    }

    /// <summary>Checks that a learner can have come so far since it was last heard of.</summary>
    /// <param name="step">Iterations that it says to have done.</param>
    /// <param name="known">Iterations that are known of; 0 when nothing is, and then nothing is checked.</param>
    /// <param name="elapsed">Time since they were known.</param>
    /// <exception cref="InvalidRequestException">It cannot.</exception>
    public static void RequireReachable(long step, long known, TimeSpan elapsed)
    {
        var most = known + StepsAhead + (long)(StepsPerSecond * Math.Max(0, elapsed.TotalSeconds));
        if (known > 0 && step > most)
        {
            throw new InvalidRequestException(Invariant($"step: expected at most {most}, {known} being known, found {step}"));
        }
    }

    /// <summary>Whether a point of the learner's curve can be true.</summary>
    public static bool IsPossible(LearnerPoint point, AgentDefinition agent)
    {
        var loss = LargestLoss(agent);
        return point.Step is >= 0 and <= LargestStep
            && Outside("", point.CriticLoss, -loss, loss) is null
            && Outside("", point.ActorLoss, -loss, loss) is null;
    }

    /// <summary>Largest loss, up or down, that an agent's learner can have: that of a value which is wrong by twice the largest return.</summary>
    private static double LargestLoss(AgentDefinition agent)
    {
        var wrong = 2 * agent.LargestReward() * agent.TurnLimit;
        return Math.Max(MinBound, wrong * wrong);
    }

    private static string? Outside(string name, double? value, double minimum, double maximum) => value is not { } number || (number >= minimum && number <= maximum)
        ? null
        : Invariant($"{name}: expected {minimum:G9} to {maximum:G9}, found {number:G9}");

    private static string? Behind(string name, long value, long before, string run) => value >= before
        ? null
        : Invariant($"{name}: expected at least {before}, which run {run} has reported, found {value}");
}
