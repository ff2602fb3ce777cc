using System.Globalization;
using Archer.Client.Replay;
using Archer.Embedded.Storage;
using Archer.Testing;
using Archer.Testing.Redis;
using Archer.Testing.Replay;
using Orleans.Storage;

namespace Archer.Benchmarks.Storage;

/// <summary>
/// Durable writes per second: the log, grain storage and the replay buffer, local and in Redis (append-only file flushed at every write).
/// The rival is what one writes without group commit: append to a file, fsync, one after another.
/// </summary>
internal static class StorageBenchmark
{
    private const int Rounds = 3;
    private static readonly int[] Writers = [1, 16, 64];
    private static readonly int[] StateBytes = [1_000, 10_000, 30_000];

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = RedisServer.MissingReason is null ? await RedisServer.StartAsync() : null;
        Console.WriteLine(RedisServer.MissingReason ?? "redis-server: appendfsync always");
        Console.WriteLine("| write | bytes | writers | rival/s | p50 ms | local/s | x rival | p50 ms | p99 ms | Redis/s | p50 ms | p99 ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        await CompareAsync("no fsync, log record", 300, 1, directory, HandOverAsync, redis: null, flush: false);
        foreach (var writers in Writers)
        {
            await CompareAsync("log record", 300, writers, directory, LogAsync, redis: null);
        }

        foreach (var bytes in StateBytes)
        {
            foreach (var writers in Writers)
            {
                await CompareAsync("grain state", bytes, writers, directory, LocalStateAsync,
                    redis: null);
            }
        }

        foreach (var writers in Writers)
        {
            await CompareAsync("replay row", ReplayRowCodec.Encode(ReplayRows.Of("c", 0)).Length, writers, directory, LocalReplayAsync,
                redis is null ? null : () => RedisReplayAsync(redis, writers));
        }
    }

    private static async Task CompareAsync(
        string what,
        int bytes,
        int writers,
        TemporaryDirectory directory,
        Func<string, int, int, Task<WriteRates>> local,
        Func<Task<WriteRates>>? redis,
        bool flush = true)
    {
        // In turn, three times: the disk's own speed changes from second to second when others write to it.
        List<WriteRates> rivals = [], locals = [], servers = [];
        for (var round = 0; round < Rounds; round++)
        {
            var place = directory[Guid.NewGuid().ToString("N")];
            rivals.Add(await AppendAndFlushAsync(place + ".rival", bytes, writers, flush));
            locals.Add(await local(place, bytes, writers));
            if (redis is not null)
            {
                servers.Add(await redis());
            }

            File.Delete(place + ".rival");
            Directory.Delete(place, recursive: true);
        }

        var (rival, ours, theirs) = (Median(rivals), Median(locals), redis is null ? null : Median(servers));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {bytes} | {writers} | {rival.PerSecond:F0} | {rival.MedianMs:F3} | {ours.PerSecond:F0} | {ours.PerSecond / rival.PerSecond:F1} "
            + $"| {ours.MedianMs:F3} | {ours.NinetyNinthMs:F2} | {theirs?.PerSecond:F0} | {theirs?.MedianMs:F2} | {theirs?.NinetyNinthMs:F2} |"));
    }

    private static WriteRates Median(List<WriteRates> rounds) => rounds.OrderBy(round => round.PerSecond).ElementAt(rounds.Count / 2);

    private static async Task<WriteRates> AppendAndFlushAsync(string path, int bytes, int writers, bool flush)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var payload = new byte[bytes];
        return await WriteLoad.RunAsync(writers, _ =>
        {
            lock (file)
            {
                file.Write(payload);
                file.Flush(flushToDisk: flush);
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>What the way through the log's thread costs: the record goes to the operating system only.</summary>
    private static async Task<WriteRates> HandOverAsync(string path, int bytes, int writers)
    {
        var options = new SegmentedLogOptions { Directory = path, Durability = LogDurability.OperatingSystemCache };
        await using var log = SegmentedLog.Open(options, (_, _) => { });
        var payload = new byte[bytes];
        return await WriteLoad.RunAsync(writers, _ => log.Append(payload).Durable);
    }

    private static async Task<WriteRates> LogAsync(string path, int bytes, int writers)
    {
        await using var log = SegmentedLog.Open(new SegmentedLogOptions { Directory = path }, (_, _) => { });
        var payload = new byte[bytes];
        return await WriteLoad.RunAsync(writers, _ => log.Append(payload).Durable);
    }

    private static async Task<WriteRates> LocalStateAsync(string path, int bytes, int writers)
    {
        await using var storage = new LocalGrainStorage("benchmark", new LocalGrainStorageOptions { Directory = path });
        return await StateAsync(storage, bytes, writers);
    }

    private static Task<WriteRates> StateAsync(IGrainStorage storage, int bytes, int writers)
    {
        // Text like a conversation's, so that JSON costs what it costs there.
        var text = string.Concat(Enumerable.Repeat("Is it something that you can hold in one hand? No. ", (bytes / 51) + 1))[..bytes];
        var states = Enumerable.Range(0, writers).Select(_ => new GrainState<BenchmarkState>(new BenchmarkState(text))).ToArray();
        return WriteLoad.RunAsync(writers, writer =>
            storage.WriteStateAsync("state", GrainId.Create("conversation", $"{writer}"), states[writer]));
    }

    private static async Task<WriteRates> LocalReplayAsync(string path, int bytes, int writers)
    {
        await using var store = new LocalReplayStore(new LocalReplayOptions { Directory = path });
        return await ReplayAsync(store, writers);
    }

    private static async Task<WriteRates> RedisReplayAsync(RedisServer server, int writers)
    {
        using var connection = await server.ConnectAsync();
        return await ReplayAsync(new RedisReplayStore(connection), writers);
    }

    private static Task<WriteRates> ReplayAsync(IReplayStore store, int writers)
    {
        var (agent, next) = (Guid.NewGuid().ToString("N"), -1);
        return WriteLoad.RunAsync(writers, async _ =>
            await store.AppendAsync(agent, [ReplayRows.Numbered(Interlocked.Increment(ref next))]));
    }

    /// <summary>A state of one text.</summary>
    internal sealed record BenchmarkState(string Text)
    {
        public BenchmarkState()
            : this("")
        {
        }
    }
}
