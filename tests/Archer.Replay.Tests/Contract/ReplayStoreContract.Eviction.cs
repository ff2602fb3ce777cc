using Archer.Testing.Contracts;
using Archer.Testing.Replay;

namespace Archer.Replay.Tests;

public abstract partial class ReplayStoreContract
{
    [ContractFact]
    public async Task Evict_BeyondCapacityWhenRead_RemovesWholeEpisodesOldestFirst()
    {
        await using var lease = await OpenAsync(capacity: 10);
        await lease.FillAsync(Agent, episodes: 5, turns: 3);

        await lease.Store.ReportReadAsync(Agent, "trainer", 15);

        Assert.Equal([7L, 8, 9, 10, 11, 12, 13, 14, 15], await lease.PositionsAsync(Agent));
        var statistics = await lease.Store.GetStatisticsAsync(Agent);
        Assert.Equal(
            new ReplayStatistics { Rows = 9, Episodes = 3, LastPosition = 15, Inserted = 15, Evicted = 6 },
            statistics);
    }

    [ContractFact]
    public async Task Evict_UnreadRows_StayUpToTwiceTheCapacity()
    {
        await using var lease = await OpenAsync(capacity: 10);
        await lease.FillAsync(Agent, episodes: 6, turns: 3);
        Assert.Equal(18, (await lease.Store.GetStatisticsAsync(Agent)).Rows);

        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("seventh", 3));

        Assert.Equal((18L, 3L), await lease.RowsAndEvictedAsync(Agent));
    }

    [ContractFact]
    public async Task Evict_EpisodeReadInPart_WaitsForItsEnd()
    {
        await using var lease = await OpenAsync(capacity: 4);
        await lease.FillAsync(Agent, episodes: 2, turns: 3);

        await lease.Store.ReportReadAsync(Agent, "trainer", 2);
        Assert.Equal((6L, 0L), await lease.RowsAndEvictedAsync(Agent));
        await lease.Store.ReportReadAsync(Agent, "trainer", 3);

        Assert.Equal((3L, 3L), await lease.RowsAndEvictedAsync(Agent));
    }

    [ContractFact]
    public async Task Evict_ConversationThatGoesOn_IsYoung()
    {
        await using var lease = await OpenAsync(capacity: 4);
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("long", 2));
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("short", 2));
        await lease.Store.ReportReadAsync(Agent, "trainer", 100);

        await lease.Store.AppendAsync(Agent, [ReplayRows.Of("long", 2)]);

        Assert.Empty(await lease.Store.ReadConversationAsync(Agent, "short"));
        Assert.Equal(3, (await lease.Store.ReadConversationAsync(Agent, "long")).Count);
    }

    [ContractFact]
    public async Task Evict_TheOnlyEpisode_NeverHappens()
    {
        await using var lease = await OpenAsync(capacity: 2);

        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("very long", 9));
        await lease.Store.ReportReadAsync(Agent, "trainer", 9);

        Assert.Equal((9L, 0L), await lease.RowsAndEvictedAsync(Agent));
    }

    [ContractFact]
    public async Task Append_LateRowsOfAnEvictedConversation_AreIgnored()
    {
        await using var lease = await OpenAsync(capacity: 4);
        await lease.FillAsync(Agent, episodes: 3, turns: 3);

        var result = await lease.Store.AppendAsync(Agent, [ReplayRows.Of("0", 3), ReplayRows.Of("0", 0, revision: 4)]);

        Assert.Equal(new ReplayAppendResult(0, 2, 9), result.Counts());
    }

    [ContractFact]
    public async Task Erase_Conversation_RemovesItsRowsAndLeavesATombstone()
    {
        await using var lease = await OpenAsync();
        await lease.FillAsync(Agent, episodes: 3, turns: 2);

        var erasure = await lease.Store.EraseAsync(Agent, "1");

        Assert.Equal(new ReplayErasure(2, 3, 4), erasure);
        Assert.Empty(await lease.Store.ReadConversationAsync(Agent, "1"));
        var entries = await lease.Store.ReadAsync(Agent, 0, 100);
        Assert.Equal([1L, 2, 5, 6, 7], entries.Select(entry => entry.Position));
        Assert.Equal((null, "1"), (entries[^1].Row, entries[^1].ErasedConversation));
        Assert.Equal((4L, 0L), await lease.RowsAndEvictedAsync(Agent));
    }

    [ContractFact]
    public async Task Erase_Twice_AppendsOneTombstoneAndAnswersTheSame()
    {
        await using var lease = await OpenAsync();
        await lease.FillAsync(Agent, episodes: 1, turns: 2);
        var erasure = await lease.Store.EraseAsync(Agent, "0");

        Assert.Equal(new ReplayErasure(2, 1, 2), erasure);
        Assert.Equal(erasure, await lease.Store.EraseAsync(Agent, "0"));
        Assert.Equal([3L], await lease.PositionsAsync(Agent));
    }

    [ContractFact]
    public async Task Erase_UnknownConversation_KeepsItOutForEver()
    {
        await using var lease = await OpenAsync();

        Assert.Equal(default, await lease.Store.EraseAsync(Agent, "late"));

        Assert.Equal(new ReplayAppendResult(0, 1, 1), (await lease.Store.AppendAsync(Agent, [ReplayRows.Of("late", 0)])).Counts());
    }

    [ContractFact]
    public async Task Erase_SupersededAndEvicted_StillTellsThePositions()
    {
        await using var lease = await OpenAsync(capacity: 2);
        await lease.Store.AppendAsync(Agent, [ReplayRows.Of("a", 0), ReplayRows.Of("a", 1), ReplayRows.Of("a", 0, revision: 1)]);
        await lease.Store.AppendAsync(Agent, ReplayRows.Episode("b", 2));
        await lease.Store.ReportReadAsync(Agent, "trainer", 5);

        Assert.Equal(new ReplayErasure(0, 1, 3), await lease.Store.EraseAsync(Agent, "a"));
    }

    [ContractFact]
    public async Task Wait_BehindAnErasure_SeesTheTombstone()
    {
        await using var lease = await OpenAsync();
        await lease.FillAsync(Agent, episodes: 1, turns: 1);
        var waiting = lease.Store.WaitAsync(Agent, 1).AsTask();

        await lease.Store.EraseAsync(Agent, "0");

        await waiting.WaitAsync(Deadline);
        Assert.Equal("0", Assert.Single(await lease.Store.ReadAsync(Agent, 1, 10)).ErasedConversation);
    }
}
