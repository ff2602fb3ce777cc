using System.Globalization;
using Archer.Replay;
using Archer.Replay.Sqlite;
using Archer.Testing.Replay;

namespace Archer.Benchmarks.Storage;

/// <summary>Appends as the replay writer makes them: the batch of a shard has rows of many conversations, long ones here.</summary>
internal static class ReplayLoad
{
    public const int BatchRows = 10;
    public const int RowBytes = 2_000;

    /// <summary>The rates count rows, not batches.</summary>
    public static async Task<WriteRates> RunAsync(SqliteDatabase database, int writers)
    {
        var store = new SqliteReplayStore(database);
        var batch = -1;
        var rates = await WriteLoad.RunAsync(writers, async _ => await store.AppendAsync("a", BatchOf(Interlocked.Increment(ref batch))));
        return rates with { PerSecond = rates.PerSecond * BatchRows };
    }

    /// <summary>Turn n of ten conversations, then turn n + 1.</summary>
    public static ReplayRow[] BatchOf(int batch)
    {
        var (group, turn) = (batch / ReplayRows.TurnsPerConversation, batch % ReplayRows.TurnsPerConversation);
        return [.. Enumerable.Range(0, BatchRows).Select(talk =>
            ReplayRows.Of(((group * BatchRows) + talk).ToString("D8", CultureInfo.InvariantCulture), turn) with { UserText = Text })];
    }

    private static readonly string Text = string.Concat(Enumerable.Repeat("Is it bigger than a breadbox? ", 64))[..(RowBytes - 110)];
}
