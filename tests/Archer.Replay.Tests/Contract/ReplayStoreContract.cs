using Archer.Replay.Codec;
using Archer.Testing.Contracts;
using Archer.Testing.Replay;

namespace Archer.Replay.Tests;

/// <summary>What every replay store does. A store's own tests derive from the parts of this class and add what is special to it.</summary>
public abstract partial class ReplayStoreContract
{
    private const string Agent = "twenty questions/β";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Opens the test's data, which is empty at the first call and stays from one call to the next.</summary>
    protected abstract Task<ReplayStoreLease> OpenAsync(ReplayOptions options);

    private Task<ReplayStoreLease> OpenAsync(int capacity = 1000) => OpenAsync(new ReplayOptions { CapacityRows = capacity });

    [ContractFact]
    public async Task Append_NewRows_GivesPositionsFromOneAndReadsThemBack()
    {
        await using var lease = await OpenAsync();
        var rows = ReplayRows.Episode("a", 3);

        var result = await lease.Store.AppendAsync(Agent, rows);

        Assert.Equal(new ReplayAppendResult(3, 0, 3), result.Counts());
        var entries = await lease.Store.ReadAsync(Agent, 0, 100);
        Assert.Equal([1L, 2, 3], entries.Select(entry => entry.Position));
        Assert.Equal(rows.Select(ReplayRowCodec.Encode), entries.Select(entry => ReplayRowCodec.Encode(entry.Row!)));
    }

    [ContractFact]
    public async Task Append_SameRowsAgain_ChangesNothing()
    {
        await using var lease = await OpenAsync();
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("a", 3));

        var result = await lease.Store.AppendAsync(Agent, ReplayRows.Episode("a", 4));

        Assert.Equal(new ReplayAppendResult(1, 3, 4), result.Counts());
        Assert.Equal([0, 1, 2, 3], await lease.TurnsAsync(Agent));
        Assert.Equal(4, (await lease.Store.GetStatisticsAsync(Agent)).Inserted);
    }

    [ContractFact]
    public async Task Append_Positions_AreThoseOfTheRowsAsTheyAreHeld()
    {
        await using var lease = await OpenAsync();
        var first = await lease.Store.AppendAsync(Agent, ReplayRows.Episode("a", 2));
        var second = await lease.Store.AppendAsync(Agent, [ReplayRows.Of("a", 1), ReplayRows.Of("a", 0, revision: 1), ReplayRows.Of("b", 0)]);
        var third = await lease.Store.AppendAsync(Agent, [ReplayRows.Of("a", 0), ReplayRows.Of("a", 0, revision: 1)]);

        Assert.Equal([1L, 2], first.Positions.AsEnumerable());
        Assert.Equal([2L, 3, 4], second.Positions.AsEnumerable());
        Assert.Equal([0L, 3], third.Positions.AsEnumerable());
    }

    [ContractFact]
    public async Task Append_NoRows_ReturnsTheLastPosition()
    {
        await using var lease = await OpenAsync();
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("a", 2));

        Assert.Equal(new ReplayAppendResult(0, 0, 2), (await lease.Store.AppendAsync(Agent, [])).Counts());
    }

    [ContractFact]
    public async Task Append_SameRowsByManyWritersAtOnce_AddsEachOnce()
    {
        await using var lease = await OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(writer => Task.Run(async () =>
            await lease.Store.AppendAsync(Agent, [.. ReplayRows.Episode("shared", 10), .. ReplayRows.Episode($"own {writer}", 3)]))));

        Assert.Equal(10 + (32 * 3), results.Sum(result => result.Added));
        var entries = await lease.Store.ReadAsync(Agent, 0, 1000);
        Assert.Equal(Enumerable.Range(1, 106).Select(position => (long)position), entries.Select(entry => entry.Position));
        Assert.Equal(106, entries.Select(entry => entry.Row!.Key).Distinct().Count());
    }

    [ContractFact]
    public async Task Append_LaterRevision_TakesThePlaceOfTheEarlier()
    {
        await using var lease = await OpenAsync();
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("a", 2));

        await lease.Store.AppendAsync(Agent, [ReplayRows.Of("a", 0, revision: 2, reward: 5)]);
        var stale = await lease.Store.AppendAsync(Agent, [ReplayRows.Of("a", 0, revision: 1, reward: 7)]);

        Assert.Equal(new ReplayAppendResult(0, 1, 3), stale.Counts());
        var entries = await lease.Store.ReadAsync(Agent, 0, 100);
        Assert.Equal([(2L, 1, 0), (3L, 0, 2)], entries.Select(entry => (entry.Position, entry.Row!.Key.Turn, entry.Row.Key.Revision)));
        Assert.Equal(5, entries[1].Row!.Reward);
        var statistics = await lease.Store.GetStatisticsAsync(Agent);
        Assert.Equal((2L, 1L, 3L), (statistics.Rows, statistics.Episodes, statistics.Inserted));
    }

    [ContractFact]
    public async Task Read_InPages_SeesEveryEntryOnce()
    {
        await using var lease = await OpenAsync();
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("a", 10));

        var positions = new List<long>();
        while (await lease.Store.ReadAsync(Agent, positions.LastOrDefault(), 3) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 3);
            positions.AddRange(page.Select(entry => entry.Position));
        }

        Assert.Equal(Enumerable.Range(1, 10).Select(position => (long)position), positions);
    }

    [ContractFact]
    public async Task ReadConversation_OfInterleavedConversations_HasItsLatestRowsInTurnOrder()
    {
        await using var lease = await OpenAsync();
        await lease.Store.AppendAsync(Agent, [ReplayRows.Of("a", 1), ReplayRows.Of("b", 0), ReplayRows.Of("a", 0), ReplayRows.Of("a", 1, revision: 1)]);

        var entries = await lease.Store.ReadConversationAsync(Agent, "a");

        Assert.Equal([(3L, 0, 0), (4L, 1, 1)], entries.Select(entry => (entry.Position, entry.Row!.Key.Turn, entry.Row.Key.Revision)));
        Assert.Empty(await lease.Store.ReadConversationAsync(Agent, "unknown"));
    }

    [ContractFact]
    public async Task ReadConversation_WhileRevisionsTakeARowsPlace_SeesEveryTurn()
    {
        await using var lease = await OpenAsync();
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("a", 3));
        var writing = Task.Run(async () =>
        {
            for (var revision = 1; revision <= 60; revision++)
            {
                await lease.Store.AppendAsync(Agent, [ReplayRows.Of("a", 1, revision: revision)]);
            }
        });

        var newest = 0;
        while (newest < 60)
        {
            var entries = await lease.Store.ReadConversationAsync(Agent, "a");
            Assert.Equal([0, 1, 2], entries.Select(entry => entry.Row!.Key.Turn));
            var revision = entries[1].Row!.Key.Revision;
            Assert.True(revision >= newest, $"Revision {revision} was read after {newest}.");
            newest = revision;
        }

        await writing.WaitAsync(Deadline);
    }

    [ContractFact]
    public async Task Wait_UntilAnAppend_Completes()
    {
        await using var lease = await OpenAsync();
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("a", 1));
        await lease.Store.WaitAsync(Agent, 0).AsTask().WaitAsync(Deadline);

        var waiting = lease.Store.WaitAsync(Agent, 1).AsTask();
        Assert.False(waiting.IsCompleted);
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("b", 1));

        await waiting.WaitAsync(Deadline);
        Assert.Equal(2, Assert.Single(await lease.Store.ReadAsync(Agent, 1, 10)).Position);
    }

    [ContractFact]
    public async Task Wait_Cancelled_Throws()
    {
        await using var lease = await OpenAsync();
        using var cancellation = new CancellationTokenSource();
        var waiting = lease.Store.WaitAsync(Agent, 0, cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Deadline));
    }

    [ContractFact]
    public async Task Agents_WithSimilarNames_AreApart()
    {
        await using var lease = await OpenAsync();
        string[] agents = ["a", "A:rows", ".", "..", "a/../b", "{a}", "ä"];
        foreach (var agent in agents)
        {
            Assert.Equal(new ReplayAppendResult(1, 0, 1), (await lease.Store.AppendAsync(agent, [ReplayRows.Of($"of {agent}", 0)])).Counts());
        }

        foreach (var agent in agents)
        {
            Assert.Equal($"of {agent}", Assert.Single(await lease.Store.ReadAsync(agent, 0, 10)).Row!.Key.Conversation);
        }
    }

    [ContractFact]
    public async Task Reopen_AfterEverything_HasTheSameState()
    {
        ReplayStatistics before;
        List<long> positions;
        await using (var lease = await OpenAsync(capacity: 10))
        {
            await lease.FillAsync(Agent, episodes: 8, turns: 3);
            await lease.Store.ReportReadAsync(Agent, "trainer", 18);
            await lease.Store.EraseAsync(Agent, "7");
            before = await lease.Store.GetStatisticsAsync(Agent);
            positions = await lease.PositionsAsync(Agent);
        }

        await using var reopened = await OpenAsync(capacity: 10);
        Assert.Equal(before, await reopened.Store.GetStatisticsAsync(Agent));
        Assert.Equal(positions, await reopened.PositionsAsync(Agent));
        Assert.Equal(new ReplayAppendResult(0, 2, 25), (await reopened.Store.AppendAsync(Agent, [ReplayRows.Of("0", 9), ReplayRows.Of("7", 9)])).Counts());
        Assert.Equal(new ReplayAppendResult(1, 0, 26), (await reopened.Store.AppendAsync(Agent, [ReplayRows.Of("new", 0)])).Counts());
    }
}
