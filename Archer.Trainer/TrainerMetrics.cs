using System.Diagnostics;
using System.Diagnostics.Metrics;
using Archer.Trainer.Learning;

namespace Archer.Trainer;

/// <summary>What training tells System.Diagnostics.Metrics, under the meter <c>Archer.Trainer</c>.</summary>
internal static class TrainerMetrics
{
    private static readonly Meter Meter = new("Archer.Trainer");
    private static readonly Counter<long> Iterations = Meter.CreateCounter<long>("archer.trainer.iterations", "{iteration}", "Iterations of the learner.");
    private static readonly Counter<double> Time =
        Meter.CreateCounter<double>("archer.trainer.time", "s", "Time of the trainer in each phase: wait (for episodes), critic, actor, publish, save.");

    public static void Add(string agent, IterationReport report)
    {
        Iterations.Add(1, Agent(agent));
        Add(agent, "critic", report.CriticTime);
        Add(agent, "actor", report.ActorTime);
    }

    /// <summary>Adds the time since a timestamp; returns the timestamp of now.</summary>
    public static long Add(string agent, string phase, long since)
    {
        var now = Stopwatch.GetTimestamp();
        Add(agent, phase, Stopwatch.GetElapsedTime(since, now));
        return now;
    }

    private static void Add(string agent, string phase, TimeSpan time) =>
        Time.Add(time.TotalSeconds, Agent(agent), new KeyValuePair<string, object?>("phase", phase));

    private static KeyValuePair<string, object?> Agent(string agent) => new("agent", agent);
}
