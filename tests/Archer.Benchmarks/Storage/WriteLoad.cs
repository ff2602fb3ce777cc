using System.Diagnostics;

namespace Archer.Benchmarks.Storage;

/// <summary>What a load measured.</summary>
internal sealed record WriteRates(double PerSecond, double MedianMs, double NinetyNinthMs);

/// <summary>Writers that each wait for their write to be durable before the next, as conversations do.</summary>
internal static class WriteLoad
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.15);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(0.4);

    /// <param name="writers">Writers at the same time.</param>
    /// <param name="write">One durable write of a writer.</param>
    public static async Task<WriteRates> RunAsync(int writers, Func<int, Task> write)
    {
        await RunForAsync(WarmUp, writers, write);
        var clock = Stopwatch.StartNew();
        var latencies = await RunForAsync(Measured, writers, write);
        var seconds = clock.Elapsed.TotalSeconds;
        latencies.Sort();
        return new WriteRates(latencies.Count / seconds, latencies[latencies.Count / 2], latencies[latencies.Count * 99 / 100]);
    }

    private static async Task<List<double>> RunForAsync(TimeSpan duration, int writers, Func<int, Task> write)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var all = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var latencies = new List<double>();
            for (var begin = Stopwatch.GetTimestamp(); begin < end; begin = Stopwatch.GetTimestamp())
            {
                await write(writer);
                latencies.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }

            return latencies;
        })));
        return [.. all.SelectMany(latencies => latencies)];
    }
}
