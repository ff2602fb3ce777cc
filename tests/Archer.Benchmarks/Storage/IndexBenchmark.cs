using System.Diagnostics;
using System.Globalization;
using Archer.Client.Replay;
using Archer.Embedded.Storage;
using Archer.Testing;
using Archer.Testing.Replay;
using Orleans;
using Orleans.Runtime;

namespace Archer.Benchmarks.Storage;

/// <summary>What memory and start of the local stores cost for each state and row.</summary>
internal static class IndexBenchmark
{
    private const int States = 200_000;
    private const int Rows = 200_000;

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        using var directory = new TemporaryDirectory();
        await FillStatesAsync(directory["states"]);
        await MeasureAsync("states of 1 kB", States, () => Task.FromResult<IAsyncDisposable>(Open(directory["states"])));
        await FillRowsAsync(directory["rows"]);
        await MeasureAsync("replay rows", Rows, async () =>
        {
            var store = OpenReplay(directory["rows"]);
            await store.GetStatisticsAsync("a");
            return store;
        });
    }

    private static async Task MeasureAsync(string what, int count, Func<Task<IAsyncDisposable>> open)
    {
        var (seconds, bytes) = await OpenAndCloseAsync(open);

        // Away from the stack of what completed before, which still holds the store.
        await Task.Yield();
        bytes -= LiveBytes();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{count} {what}: start {seconds:F2} s, index {(double)bytes / count:F0} bytes for each"));
    }

    private static async Task<(double Seconds, long Bytes)> OpenAndCloseAsync(Func<Task<IAsyncDisposable>> open)
    {
        var clock = Stopwatch.StartNew();
        await using var opened = await open();
        return (clock.Elapsed.TotalSeconds, LiveBytes());
    }

    private static long LiveBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static LocalGrainStorage Open(string path) =>
        new("benchmark", new LocalGrainStorageOptions { Directory = path, Durability = LogDurability.OperatingSystemCache });

    private static LocalReplayStore OpenReplay(string path) => new(new LocalReplayOptions
    {
        Directory = path,
        Durability = LogDurability.OperatingSystemCache,
        Replay = new ReplayOptions { CapacityRows = Rows },
    });

    private static async Task FillStatesAsync(string path)
    {
        await using var storage = Open(path);
        var text = new string('x', 1000);
        foreach (var chunk in Enumerable.Range(0, States).Chunk(1000))
        {
            await Task.WhenAll(chunk.Select(number => storage.WriteStateAsync(
                "state", GrainId.Create("conversation", $"{number}"), new GrainState<StorageBenchmark.BenchmarkState>(new(text)))));
        }
    }

    private static async Task FillRowsAsync(string path)
    {
        await using var store = OpenReplay(path);
        foreach (var chunk in Enumerable.Range(0, Rows).Chunk(1000))
        {
            await store.AppendAsync("a", [.. chunk.Select(ReplayRows.Numbered)]);
        }
    }
}
