using Archer.Client;
using Archer.Client.Conversations;
using Archer.Grains.History;

namespace Archer.Grains.Tests.History;

public sealed class RecentConversationsTests
{
    [Fact]
    public void RemoveAll_SomeInBetween_LeavesTheOthersInTheirPlaces()
    {
        var recent = new RecentConversations([]);
        for (var i = 0; i < 10; i++)
        {
            recent.Put(Summary($"c-{i}"));
        }

        Assert.Equal(2, recent.RemoveAll(conversation => conversation.Id is "c-3" or "c-7"));

        Assert.Null(recent.Find("c-3"));
        Assert.Equal("c-8", recent.Find("c-8")!.Summary.Id);
        Assert.Equal(["c-9", "c-8", "c-6", "c-5"], recent.List(new ConversationQuery { Limit = 4 }).Conversations.Select(conversation => conversation.Id));
    }

    [Fact]
    public void List_PageByPage_IsEveryConversationOnceAlthoughOthersCome()
    {
        var recent = new RecentConversations([]);
        for (var i = 0; i < 130; i++)
        {
            recent.Put(Summary($"c-{i}"));
        }

        var seen = new List<string>();
        string? before = null;
        do
        {
            var page = recent.List(new ConversationQuery { Limit = 50, Before = before });
            seen.AddRange(page.Conversations.Select(conversation => conversation.Id));
            before = page.Before;
            recent.Put(Summary($"late-{seen.Count}"));
        }
        while (before is not null);

        Assert.Equal(Enumerable.Range(0, 130).Reverse().Select(i => $"c-{i}"), seen);
    }

    [Fact]
    public void Reaches_OneOlderThanAllThatAreRemembered_HasNoPlace()
    {
        var recent = new RecentConversations([]);
        var began = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.True(recent.Reaches(Summary("x") with { StartedAt = began.AddDays(-1) }));
        for (var i = 0; i < 1_000; i++)
        {
            recent.Put(Summary($"c-{i}") with { StartedAt = began.AddSeconds(i) });
        }

        Assert.False(recent.Reaches(Summary("x") with { StartedAt = began.AddSeconds(-1) }));
        Assert.True(recent.Reaches(Summary("x") with { StartedAt = began.AddSeconds(1) }));
        Assert.True(recent.Reaches(Summary("x") with { StartedAt = began.AddSeconds(-1), Simulated = true }));
    }

    [Fact]
    public void Put_MoreThanItsSize_ForgetsTheOldest()
    {
        var recent = new RecentConversations([]);
        for (var i = 0; i < 1_500; i++)
        {
            recent.Put(Summary($"c-{i}"));
        }

        Assert.Null(recent.Find("c-499"));
        Assert.Equal("c-500", recent.ToImmutable()[0].Summary.Id);
        Assert.Equal(1_000, recent.ToImmutable().Length);
    }

    [Fact]
    public void Put_ManySimulatedOnes_LeavesTheLiveOnesInTheirPlaces()
    {
        var recent = new RecentConversations([]);
        recent.Put(Summary("mine"));
        for (var i = 0; i < 1_500; i++)
        {
            recent.Put(Summary($"s-{i}") with { Simulated = true });
        }

        recent.Put(Summary("yours"));
        recent = new RecentConversations(recent.ToImmutable());

        Assert.Equal(1_002, recent.ToImmutable().Length);
        Assert.Equal(["yours", "mine"], recent.List(new ConversationQuery { Simulated = false }).Conversations.Select(conversation => conversation.Id));
        Assert.Equal(["s-1499", "s-1498"], recent.List(new ConversationQuery { Limit = 2, Simulated = true }).Conversations.Select(conversation => conversation.Id));
        Assert.Equal(["yours", "s-1499"], recent.List(new ConversationQuery { Limit = 2 }).Conversations.Select(conversation => conversation.Id));
    }

    [Fact]
    public void Put_Again_KeepsPlaceAndReplays()
    {
        var recent = new RecentConversations([]);
        recent.Put(Summary("a"));
        recent.Put(Summary("b"));
        recent.CountReplays("a", 3);
        recent.CountReplays("unknown", 1);

        recent.Put(Summary("a") with { Status = ConversationStatus.Ended, Return = -3 });

        Assert.Equal(["b", "a"], recent.List(new ConversationQuery()).Conversations.Select(conversation => conversation.Id));
        Assert.Equal((3L, -3.0), (recent.Find("a")!.Replays, recent.Find("a")!.Summary.Return));
        Assert.Equal("a", Assert.Single(recent.List(new ConversationQuery { Status = ConversationStatus.Ended }).Conversations).Id);
    }

    [Fact]
    public void Remove_InTheMiddle_LeavesTheOthersWhereTheyAre()
    {
        var recent = new RecentConversations([]);
        foreach (var id in new[] { "a", "b", "c" })
        {
            recent.Put(Summary(id));
        }

        Assert.True(recent.Remove("b"));
        Assert.False(recent.Remove("b"));
        recent = new RecentConversations(recent.ToImmutable());
        recent.CountReplays("c", 1);
        recent.Put(Summary("d"));

        Assert.Equal(["d", "c", "a"], recent.List(new ConversationQuery()).Conversations.Select(conversation => conversation.Id));
        Assert.Equal(1, recent.Find("c")!.Replays);
    }

    [Fact]
    public void List_StrangeCursor_IsRefused()
    {
        var recent = new RecentConversations([]);

        var refused = Assert.Throws<InvalidRequestException>(() => recent.List(new ConversationQuery { Before = "x" }));

        Assert.Equal("before: expected the cursor of an earlier page", refused.Message);
    }

    private static ConversationSummary Summary(string id) => new()
    {
        Id = id,
        Status = ConversationStatus.Open,
        StartedAt = DateTimeOffset.UnixEpoch,
        Simulated = false,
        Split = ReplaySplit.Train,
    };
}
