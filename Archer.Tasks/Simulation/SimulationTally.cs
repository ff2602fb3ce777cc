using System.Collections.Immutable;

namespace Archer.Tasks.Simulation;

/// <summary>Adds episodes up; any thread may.</summary>
/// <param name="task">Name of the task that is played.</param>
public sealed class SimulationTally(string task)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<string> _versions = new(StringComparer.Ordinal);
    private ImmutableArray<long> _counts = [];
    private long _turns;
    private long _episodes;
    private long _failed;
    private long _skipped;
    private long _won;
    private double _mean;
    private double _squares;

    /// <summary>Adds a game that was played to its end.</summary>
    public void Add(EpisodeOutcome outcome)
    {
        lock (_lock)
        {
            _episodes++;
            _won += outcome.Won ? 1 : 0;
            _turns += outcome.Turns.Length;
            _counts = _counts.IsEmpty ? outcome.Counts : [.. _counts.Zip(outcome.Counts, (sum, count) => sum + count)];
            // Welford's running mean and sum of squared deviations.
            var deviation = outcome.Return - _mean;
            _mean += deviation / _episodes;
            _squares += deviation * (outcome.Return - _mean);
            foreach (var turn in outcome.Turns)
            {
                _versions.Add(turn.PolicyVersion);
            }
        }
    }

    /// <summary>Adds a game that was given up.</summary>
    public void AddFailure()
    {
        lock (_lock)
        {
            _failed++;
        }
    }

    /// <summary>Adds a game that had been played before.</summary>
    public void AddSkipped()
    {
        lock (_lock)
        {
            _skipped++;
        }
    }

    /// <summary>The numbers so far.</summary>
    /// <param name="elapsed">Time since the first game began.</param>
    public SimulationSummary Summarize(TimeSpan elapsed)
    {
        lock (_lock)
        {
            return new SimulationSummary
            {
                Episodes = _episodes,
                Failed = _failed,
                Skipped = _skipped,
                MeanReturn = _mean,
                ConfidenceHalfWidth = _episodes < 2 ? 0 : 1.96 * Math.Sqrt(_squares / (_episodes - 1) / _episodes),
                WinShare = Share(_won, _episodes),
                Counts = _counts,
                Measures = TaskCatalog.Find(task).Measure(_counts, _episodes),
                Turns = _turns,
                Seconds = elapsed.TotalSeconds,
                TurnsPerSecond = elapsed > TimeSpan.Zero ? _turns / elapsed.TotalSeconds : 0,
                PolicyVersions = [.. _versions],
            };
        }
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
