using Archer.Client.Http;
using Archer.Grains.Replay;
using Archer.Replay;

namespace Archer.EndToEnd.Tests.Durability;

/// <summary>Compares what clients were told with what the platform kept.</summary>
internal static class ReplayAudit
{
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(60);

    /// <summary>Every reply that a client saw is in the conversation's state, word for word, and no turn stands there that nobody was told.</summary>
    public static async Task StateHoldsEveryReplyAsync(ArcherClient client, ClientJournal journal)
    {
        foreach (var conversation in journal.Replies.Values.GroupBy(reply => reply.Conversation))
        {
            var view = await client.ReadAsync(conversation.Key);
            Assert.Equal(
                conversation.OrderBy(reply => reply.Turn).Select(reply => (reply.Turn, reply.Text, reply.PolicyVersion)),
                view.Turns.Select(turn => (turn.Turn, turn.Text, turn.PolicyVersion)));
        }
    }

    /// <summary>Completes when the replay buffer has as many rows as clients saw replies.</summary>
    public static async Task WaitUntilDrainedAsync(ArcherClient client, int rows)
    {
        using var deadline = new CancellationTokenSource(DrainDeadline);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        long held;
        while ((held = (await client.ReadMetricsAsync("twenty-questions", deadline.Token)).ReplayRows) < rows)
        {
            try
            {
                await pace.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"The replay buffer has {held} rows after {DrainDeadline.TotalSeconds:0} s, expected {rows}.");
            }
        }
    }

    /// <summary>Turns that clients were told and that have no row, by shard: a whole shard stands still, or single conversations do.</summary>
    public static async Task<string> DescribeMissingAsync(IReplayStore store, ClientJournal journal)
    {
        var rows = await ReadAsync(store);
        var missing = journal.Replies.Values.Select(reply => (reply.Conversation, reply.Turn)).Except(rows.Select(row => (row.Key.Conversation, row.Key.Turn)));
        return string.Join('\n', missing.GroupBy(turn => TransitionStream.ShardOf(turn.Conversation)).OrderBy(shard => shard.Key).Select(shard =>
            $"Shard {shard.Key} misses {shard.Count()} rows: {string.Join(' ', shard.GroupBy(turn => turn.Conversation).Select(one => $"{one.Key}×{one.Count()}"))}"));
    }

    /// <summary>The replay buffer has one row for each turn, no more, and each row says what the client was told.</summary>
    public static async Task RowsAreTheFinishedTurnsAsync(IReplayStore store, ClientJournal journal)
    {
        var rows = await ReadAsync(store);
        Assert.Equal(rows.Count, rows.Select(row => (row.Key.Conversation, row.Key.Turn)).Distinct().Count());
        Assert.Equal(
            journal.Replies.Values.Select(reply => (reply.Conversation, reply.Turn, reply.Text, reply.PolicyVersion)).Order(),
            rows.Select(row => (row.Key.Conversation, row.Key.Turn, row.Utterance.Text, row.Utterance.PolicyVersion)).Order());
    }

    private static async Task<List<ReplayRow>> ReadAsync(IReplayStore store)
    {
        var rows = new List<ReplayRow>();
        long position = 0;
        while (await store.ReadAsync("twenty-questions", position, 500) is { Count: > 0 } page)
        {
            rows.AddRange(page.Select(entry => Assert.IsType<ReplayRow>(entry.Row)));
            position = page[^1].Position;
        }

        return rows;
    }
}
