using System.Diagnostics;
using System.Globalization;
using System.Text;
using Archer.Replay;
using Archer.Replay.Sqlite;
using Archer.Testing;

namespace Archer.Benchmarks.Storage;

/// <summary>What a start and an erasure cost with a million rows and 100,000 states in the database.</summary>
internal static class ReopenBenchmark
{
    private const int Rows = 1_000_000;
    private const int States = 100_000;
    private const int Chunk = 1_000;

    public static async Task RunAsync()
    {
        using var directory = new TemporaryDirectory();
        var options = new ReplayOptions { CapacityRows = 2 * Rows };
        using (var database = SqliteDatabase.Open(directory.Path))
        {
            await FillAsync(database, new SqliteReplayStore(database, options));
        }

        var clock = Stopwatch.StartNew();
        using var opened = SqliteDatabase.Open(directory.Path);
        var store = new SqliteReplayStore(opened, options);
        var held = (await store.GetStatisticsAsync("a")).Rows;
        await store.ReadAsync("a", Rows - 100, 100);
        var start = clock.Elapsed;
        clock.Restart();
        await store.EraseAsync("a", "00000007");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{held} rows and {States} states, {new FileInfo(opened.File).Length >> 20} MiB: start to first read {start.TotalSeconds:F2} s, "
            + $"an erasure {clock.Elapsed.TotalMilliseconds:F0} ms, {Environment.WorkingSet >> 20} MiB resident"));
    }

    private static async Task FillAsync(SqliteDatabase database, SqliteReplayStore store)
    {
        for (var first = 0; first < Rows / ReplayLoad.BatchRows; first += Chunk)
        {
            await Task.WhenAll(Enumerable.Range(first, Chunk).Select(batch => store.AppendAsync("a", SmallBatch(batch)).AsTask()));
        }

        var states = new SqliteStateTable(database);
        var state = Encoding.UTF8.GetBytes(new string('x', 1_000));
        foreach (var grains in Enumerable.Range(0, States).Chunk(Chunk))
        {
            await Task.WhenAll(grains.Select(grain => states.WriteAsync("state", $"conversation/{grain}", null, state)));
        }
    }

    /// <summary>The rows of the demo are short.</summary>
    private static ReplayRow[] SmallBatch(int batch) => [.. ReplayLoad.BatchOf(batch).Select(row => row with { UserText = "Is it a bird? No." })];
}
