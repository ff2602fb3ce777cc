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

    public static void Add(IterationReport report)
    {
        Iterations.Add(1);
        Add("critic", report.CriticTime);
        Add("actor", report.ActorTime);
    }

    /// <summary>Adds the time since a timestamp; returns the timestamp of now.</summary>
    public static long Add(string phase, long since)
    {
        var now = Stopwatch.GetTimestamp();
        Add(phase, Stopwatch.GetElapsedTime(since, now));
        return now;
    }

    private static void Add(string phase, TimeSpan time) => Time.Add(time.TotalSeconds, new KeyValuePair<string, object?>("phase", phase));
}
