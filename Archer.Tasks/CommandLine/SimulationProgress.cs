using System.Globalization;
using Archer.Client.CommandLine;
using Archer.Tasks.Simulation;

namespace Archer.Tasks.CommandLine;

/// <summary>Writes how far a simulation is and how long it will take, one line every few seconds, from construction to disposal.</summary>
public sealed class SimulationProgress : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;

    /// <param name="summary">The numbers so far; asked from another thread.</param>
    /// <param name="episodes">Games to play; null when there is no end.</param>
    /// <param name="terminal">Where the lines go: beside the output.</param>
    public SimulationProgress(Func<SimulationSummary> summary, long? episodes, Terminal terminal) =>
        _writing = WriteAsync(summary, episodes, terminal, _stop.Token);

    /// <summary>The line for the numbers so far.</summary>
    public static string Line(SimulationSummary summary, long? episodes)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Episodes}{(episodes is null ? "" : $" of {episodes}")} games, mean return {summary.MeanReturn:0.00} ± {summary.ConfidenceHalfWidth:0.00}, "
            + $"{summary.TurnsPerSecond:0} turns/s");
        var done = summary.Episodes + summary.Failed + summary.Skipped;
        return episodes is null || done == 0
            ? line
            : $"{line}, {Left(TimeSpan.FromSeconds(summary.Seconds * (episodes.Value - done) / done))} left";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static string Left(TimeSpan left) => left.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours} h {left.Minutes} min")
        : left.TotalMinutes >= 1 ? $"{left.Minutes} min {left.Seconds} s" : $"{left.Seconds} s";

    private static async Task WriteAsync(Func<SimulationSummary> summary, long? episodes, Terminal terminal, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, terminal.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                await terminal.Messages.WriteLineAsync(Line(summary(), episodes)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The simulation has ended.
        }
    }
}
