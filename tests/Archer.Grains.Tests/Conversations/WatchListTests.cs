using Archer.Grains.Conversations;

namespace Archer.Grains.Tests.Conversations;

public sealed class WatchListTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TakeDue_GivesEachOnceInTheOrderOfTheirTimes()
    {
        var list = new WatchList();
        list.Add("later", Start.AddSeconds(2));
        list.Add("now", Start);
        list.Add("far", Start.AddHours(1));

        Assert.Equal(["now", "later"], TakeAll(list, Start.AddSeconds(5)));
        Assert.Empty(TakeAll(list, Start.AddSeconds(5)));
        Assert.Equal(["far"], TakeAll(list, Start.AddHours(2)));
        Assert.Equal(3, list.Count);
    }

    [Fact]
    public void Looked_NothingToDo_LeavesTheListUnlessAddedMeanwhile()
    {
        var list = new WatchList();
        list.Add("done", Start);
        list.Add("again", Start);
        TakeAll(list, Start);
        list.Looking("done");
        list.Looking("again");
        list.Add("again", Start.AddHours(1));

        Assert.True(list.Looked("done", null, Start.AddSeconds(1)));
        Assert.False(list.Looked("again", null, Start.AddSeconds(1)));

        Assert.Equal(["again"], list.Conversations);
        Assert.Equal(["again"], TakeAll(list, Start.AddSeconds(1)));
    }

    [Fact]
    public void Looked_RemovedMeanwhile_StaysRemoved()
    {
        var list = new WatchList();
        list.Add("c", Start);
        TakeAll(list, Start);
        list.Remove("c");

        Assert.False(list.Looked("c", Start.AddSeconds(1), Start));

        Assert.Equal(0, list.Count);
        Assert.Empty(TakeAll(list, Start.AddHours(1)));
    }

    [Fact]
    public void Remove_AddedAgain_IsDueOnceAtItsNewTime()
    {
        var list = new WatchList();
        list.Add("c", Start.AddSeconds(1));
        list.Remove("c");
        list.Add("c", Start.AddSeconds(3));

        Assert.Empty(TakeAll(list, Start.AddSeconds(2)));
        Assert.Equal(["c"], TakeAll(list, Start.AddSeconds(3)));
    }

    [Fact]
    public void ManyThatComeAndGo_TheQueueStaysAsLongAsTheList()
    {
        var list = new WatchList();
        list.Add("stays", Start.AddDays(2));
        for (var i = 0; i < 100_000; i++)
        {
            list.Add($"c-{i}", Start.AddDays(1));
            list.Remove($"c-{i}");
        }

        Assert.Equal(1, list.Count);
        Assert.InRange(list.Queued, 1, 200);
        Assert.Equal(["stays"], TakeAll(list, Start.AddDays(3)));
    }

    private static List<string> TakeAll(WatchList list, DateTimeOffset now)
    {
        var taken = new List<string>();
        while (list.TakeDue(now) is { } conversation)
        {
            taken.Add(conversation);
        }

        return taken;
    }

    [Fact]
    public void MakeDue_WhatWasDueLater_IsDueNow()
    {
        var now = DateTimeOffset.UnixEpoch;
        var list = new WatchList();
        list.Add("a", now + TimeSpan.FromMinutes(10));
        Assert.Null(list.TakeDue(now));

        list.MakeDue(now);

        Assert.Equal("a", list.TakeDue(now));
        Assert.Null(list.TakeDue(now));
        list.Looking("a");
        Assert.False(list.Looked("a", now + TimeSpan.FromMinutes(5), now));
        Assert.Null(list.TakeDue(now));
    }

    [Theory]
    [InlineData(600)]
    [InlineData(null)]
    public void MakeDue_WhileItIsLookedAt_IsLookedAtOnceMore(int? nextSeconds)
    {
        var list = new WatchList();
        list.Add("a", Start);
        Assert.Equal(["a"], TakeAll(list, Start));
        list.Looking("a");

        list.MakeDue("a", Start);

        Assert.False(list.Looked("a", nextSeconds is { } seconds ? Start.AddSeconds(seconds) : null, Start.AddSeconds(5)));
        Assert.Empty(TakeAll(list, Start.AddSeconds(4)));
        Assert.Equal(["a"], TakeAll(list, Start.AddSeconds(5)));
    }

    [Fact]
    public void MakeDue_OfOneThatIsNotListed_ListsNothing()
    {
        var list = new WatchList();

        list.MakeDue("a", Start);

        Assert.Equal(0, list.Count);
        Assert.Empty(TakeAll(list, Start.AddDays(1)));
    }
}
