using System.Diagnostics;
using System.Globalization;

namespace Archer.Benchmarks.GrainHost;

/// <summary><c>grain-calls</c>: calls per second through the grain host, beside a hand-written actor in the same run.</summary>
internal static class GrainCallsBenchmark
{
    private const int Calls = 400_000;
    private static readonly int[] Callers = [1, 2, 8, 64];

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        await using var silo = await BenchmarkSilo.StartAsync();
        Console.WriteLine($"{Environment.ProcessorCount} processors; {Calls} calls per measurement, best of 5, callers and targets as many as given");
        Console.WriteLine("callers |  client to grain: calls/s, us, B/call |  grain to grain: calls/s | channel actor: calls/s | host / actor");
        await MeasureAsync(silo, 8);
        foreach (var callers in Callers)
        {
            Console.WriteLine(await MeasureAsync(silo, callers));
        }

        Console.WriteLine(await ContendedAsync(silo));
    }

    private static async Task<string> MeasureAsync(BenchmarkSilo silo, int callers)
    {
        var each = Calls / callers;
        var grains = Enumerable.Range(0, callers).Select(i => silo.Grains.GetGrain<ICounterGrain>($"c{i}")).ToArray();
        var relays = Enumerable.Range(0, callers).Select(i => silo.Grains.GetGrain<ICallerGrain>($"r{i}")).ToArray();
        var actors = Enumerable.Range(0, callers).Select(_ => new ChannelActor()).ToArray();
        var client = await BestAsync(callers, i => CallAsync(grains[i].Increment, each));
        var between = await BestAsync(callers, i => relays[i].Run($"c{i}", each));
        var actor = await BestAsync(callers, i => CallAsync(actors[i].Increment, each));
        foreach (var rival in actors)
        {
            await rival.DisposeAsync();
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{callers,7} | {client.PerSecond,12:N0} {1e6 * callers / client.PerSecond,8:F2} {client.BytesPerCall,6:F0} | {between.PerSecond,12:N0} | {actor.PerSecond,12:N0} | {client.PerSecond / actor.PerSecond,6:F2}");
    }

    private static async Task<string> ContendedAsync(BenchmarkSilo silo)
    {
        var grain = silo.Grains.GetGrain<ICounterGrain>("contended");
        var result = await BestAsync(64, _ => CallAsync(grain.Increment, Calls / 64));
        return string.Create(CultureInfo.InvariantCulture, $"64 callers of one grain: {result.PerSecond:N0} calls/s");
    }

    private static async Task<(double PerSecond, double BytesPerCall)> BestAsync(int callers, Func<int, Task> run)
    {
        var best = (PerSecond: 0.0, BytesPerCall: 0.0);
        for (var round = 0; round < 5; round++)
        {
            var bytes = GC.GetTotalAllocatedBytes(precise: true);
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => run(i))));
            var perSecond = Calls / clock.Elapsed.TotalSeconds;
            if (perSecond > best.PerSecond)
            {
                best = (perSecond, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)Calls);
            }
        }

        return best;
    }

    private static async Task CallAsync(Func<Task<int>> call, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            await call();
        }
    }
}
