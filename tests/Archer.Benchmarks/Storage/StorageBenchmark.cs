using System.Globalization;
using System.Text.Json;
using Archer.Replay.Codec;
using Archer.Replay.Sqlite;
using Archer.Testing;
using Archer.Testing.Replay;

namespace Archer.Benchmarks.Storage;

/// <summary>
/// Durable writes per second of the one-machine database: states, single replay rows, and batches as the replay writer sends them.
/// The rival is the hand-written log of commit 2b84fa0, run as the benchmark program of a second work tree; both in turn, medians.
/// </summary>
internal static class StorageBenchmark
{
    /// <summary>Word of the command line; the path of the rival's work tree follows, or nothing.</summary>
    public const string Command = "storage";

    private const int Rounds = 3;
    private static readonly int[] Writers = [1, 16, 64];
    private static readonly int[] StateBytes = [1_000, 10_000, 30_000];

    public static async Task RunAsync(string? rivalTree)
    {
        Dictionary<string, List<WriteRates>> ours = [];
        Dictionary<string, List<double>> rival = [];
        for (var round = 0; round < Rounds; round++)
        {
            if (rivalTree is not null)
            {
                RivalLog.Add(rival, await RivalLog.RunAsync(rivalTree));
            }

            await MeasureAsync(ours);
        }

        Console.WriteLine("| write | bytes | writers | rival/s | ours/s | x rival | p50 ms | p99 ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var (name, rounds) in ours)
        {
            Report(name, rounds, rival.GetValueOrDefault(name));
        }
    }

    private static void Report(string name, List<WriteRates> rounds, List<double>? rival)
    {
        var median = rounds.OrderBy(round => round.PerSecond).ElementAt(rounds.Count / 2);
        var other = rival?.Order().ElementAt(rival.Count / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {other:F0} | {median.PerSecond:F0} | {median.PerSecond / other:F2} | {median.MedianMs:F2} | {median.NinetyNinthMs:F2} |"));
    }

    private static async Task MeasureAsync(Dictionary<string, List<WriteRates>> results)
    {
        foreach (var bytes in StateBytes)
        {
            foreach (var writers in Writers)
            {
                await AddAsync(results, $"grain state | {bytes} | {writers}", database => StateAsync(database, bytes, writers));
            }
        }

        var rowBytes = ReplayRowCodec.Encode(ReplayRows.Of("c", 0)).Length;
        foreach (var writers in Writers)
        {
            await AddAsync(results, $"replay row | {rowBytes} | {writers}", database => RowAsync(database, writers));
        }

        foreach (var writers in Writers)
        {
            await AddAsync(
                results, $"rows, {ReplayLoad.BatchRows} a batch | {ReplayLoad.RowBytes} | {writers}", database => ReplayLoad.RunAsync(database, writers));
        }
    }

    private static async Task AddAsync(
        Dictionary<string, List<WriteRates>> results, string name, Func<SqliteDatabase, Task<WriteRates>> measure)
    {
        using var directory = new TemporaryDirectory();
        using var database = SqliteDatabase.Open(directory.Path);
        if (!results.TryGetValue(name, out var rounds))
        {
            results[name] = rounds = [];
        }

        await FillLogAsync(database);
        rounds.Add(await measure(database));
    }

    /// <summary>
    /// The steady state: the log of a running process has grown to its checkpoint and is written over from then on,
    /// which an fsync on ext4 finds about twice as cheap as growing a file.
    /// </summary>
    private static async Task FillLogAsync(SqliteDatabase database)
    {
        var states = new SqliteStateTable(database);
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(grain => states.WriteAsync("fill", $"{grain}", null, new byte[10_000])));
    }

    private static Task<WriteRates> StateAsync(SqliteDatabase database, int bytes, int writers)
    {
        // Text like a conversation's, serialised at every write as the rival's is; another one each time, or SQLite would skip equal pages.
        var text = string.Concat(Enumerable.Repeat("Is it something that you can hold in one hand? No. ", (bytes / 51) + 2));
        var states = new SqliteStateTable(database);
        var tags = new StateTag?[writers];
        var next = 0;
        return WriteLoad.RunAsync(writers, async writer =>
        {
            var from = Interlocked.Increment(ref next) % 51;
            var change = await states.WriteAsync(
                "state", $"conversation/{writer}", tags[writer], JsonSerializer.SerializeToUtf8Bytes(new { Text = text.Substring(from, bytes) }));
            tags[writer] = change.Tag;
        });
    }

    private static Task<WriteRates> RowAsync(SqliteDatabase database, int writers)
    {
        var store = new SqliteReplayStore(database);
        var next = -1;
        return WriteLoad.RunAsync(writers, async _ => await store.AppendAsync("a", [ReplayRows.Numbered(Interlocked.Increment(ref next))]));
    }
}
