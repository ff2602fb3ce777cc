using System.Diagnostics;
using System.Globalization;

namespace Archer.Benchmarks.GrainHost;

/// <summary><c>grain-memory</c>: what an idle activation costs.</summary>
internal static class GrainMemoryBenchmark
{
    private const int Activations = 200_000;

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        await using var silo = await BenchmarkSilo.StartAsync();
        await ActivateAsync(silo, "warm", 1000);
        var before = Measure();
        var clock = Stopwatch.StartNew();
        await ActivateAsync(silo, "idle", Activations);
        var perSecond = Activations / clock.Elapsed.TotalSeconds;
        var after = Measure();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Activations:N0} idle activations: {(after.Resident - before.Resident) / Activations:N0} B resident, {(after.Managed - before.Managed) / Activations:N0} B managed each; {perSecond:N0} first activations/s (Orleans measured: 2,500 B resident, 20,000/s)"));
        GC.KeepAlive(silo);
    }

    private static Task ActivateAsync(BenchmarkSilo silo, string prefix, int count) => Task.WhenAll(Enumerable.Range(0, 8).Select(part => Task.Run(async () =>
    {
        for (var i = part; i < count; i += 8)
        {
            await silo.Grains.GetGrain<ICounterGrain>(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}")).Increment();
        }
    })));

    private static (long Resident, long Managed) Measure()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, managed);
    }
}
