using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;
using Archer.Trainer.Publication;

namespace Archer.Trainer;

/// <summary>What training tells System.Diagnostics.Metrics, under the meter <c>Archer.Trainer</c>.</summary>
internal static class TrainerMetrics
{
    private static readonly ConcurrentDictionary<string, bool> Health = new(StringComparer.Ordinal);
    private static readonly Meter Meter = new("Archer.Trainer");
    private static readonly Counter<long> Iterations = Meter.CreateCounter<long>("archer.trainer.iterations", "{iteration}", "Iterations of the learner.");
    private static readonly Counter<double> Time =
        Meter.CreateCounter<double>("archer.trainer.time", "s", "Time of the trainer in each phase: wait (for episodes), critic, actor, publish, save.");
    private static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("archer.trainer.refused", "{conversation}", "Conversations that teach nothing, by reason.");
    private static readonly Counter<long> Clipped =
        Meter.CreateCounter<long>("archer.trainer.rewards.clipped", "{turn}", "Rewards that were clipped to the learner's range.");
    private static readonly Counter<long> OtherSampling =
        Meter.CreateCounter<long>("archer.trainer.turns.other.sampling", "{turn}", "Turns that the actor does not learn from, by the sampling setting.");
    private static readonly Counter<long> Pauses =
        Meter.CreateCounter<long>("archer.trainer.actor.pauses", "{iteration}", "Iterations in which the actor took no step, by reason.");
    private static readonly Counter<long> Publications =
        Meter.CreateCounter<long>("archer.trainer.publications", "{step}", "Steps, by what was decided about their publication.");
    private static readonly Counter<long> Failures =
        Meter.CreateCounter<long>("archer.trainer.failures", "{failure}", "Failures after which training began again from its saved state.");
    private static readonly Counter<long> Quarantined =
        Meter.CreateCounter<long>("archer.trainer.quarantined", "{conversation}", "Conversations that are skipped, as iterations failed on them.");

    static TrainerMetrics() => Meter.CreateObservableGauge(
        "archer.trainer.up", () => Health.Select(trainer => new Measurement<int>(trainer.Value ? 1 : 0, Agent(trainer.Key))), null, "1 while training goes on, 0 from a failure to the next progress.");

    public static void Add(string agent, IterationReport report)
    {
        Iterations.Add(1, Agent(agent));
        Add(agent, "critic", report.CriticTime);
        Add(agent, "actor", report.ActorTime);
        if (report.Pause is { } pause)
        {
            Pauses.Add(1, Agent(agent), Reason(pause.ToString()));
        }
    }

    /// <summary>Adds the time since a timestamp; returns the timestamp of now.</summary>
    public static long Add(string agent, string phase, long since)
    {
        var now = Stopwatch.GetTimestamp();
        Add(agent, phase, Stopwatch.GetElapsedTime(since, now));
        return now;
    }

    public static void Add(string agent, IntakeNotice notice)
    {
        switch (notice.Kind)
        {
            case IntakeNoticeKind.Refused:
                Refused.Add(1, Agent(agent), Reason(notice.Reason));
                break;
            case IntakeNoticeKind.RewardClipped:
                Clipped.Add(notice.Turns, Agent(agent));
                break;
            default:
                OtherSampling.Add(notice.Turns, Agent(agent), Reason(notice.Reason));
                break;
        }
    }

    public static void Add(string agent, PublicationVerdict verdict)
    {
        if (verdict != PublicationVerdict.NotDue)
        {
            Publications.Add(1, Agent(agent), new KeyValuePair<string, object?>("outcome", Name(verdict.ToString())));
        }
    }

    public static void Quarantine(string agent, int conversations) => Quarantined.Add(conversations, Agent(agent));

    public static void Fail(string agent, Exception failure)
    {
        Health[agent] = false;
        Failures.Add(1, Agent(agent), Reason(failure is LearningFailedException ? "iteration" : "other"));
    }

    public static void Progress(string agent) => Health[agent] = true;

    public static void Leave(string agent) => Health.TryRemove(agent, out _);

    /// <summary>Name of an enumeration's member as metrics have it.</summary>
    private static string Name(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", Name(reason));

    private static void Add(string agent, string phase, TimeSpan time) =>
        Time.Add(time.TotalSeconds, Agent(agent), new KeyValuePair<string, object?>("phase", phase));

    private static KeyValuePair<string, object?> Agent(string agent) => new("agent", agent);
}
