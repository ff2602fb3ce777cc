using Archer.Client;
using Archer.Client.Conversations;
using Archer.Grains.Conversations;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Conversations;

public sealed class RewardTests : IAsyncLifetime
{
    private GrainPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await GrainPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Reward_OfTheLatestTurn_IsKeptUntilTheTurnIsFinished()
    {
        var conversation = await TalkAsync("c", turns: 1);

        var receipt = await conversation.RewardAsync(new RewardReport { Reward = 3 });

        Assert.Equal((0, 3f, 0), (receipt.Turn, receipt.Reward, receipt.Revision));
        Assert.Empty(await _platform.RowsAsync("c"));
        await conversation.SayAsync(new UserMessage { Text = "next" });
        var row = Assert.Single(await _platform.WaitForRowsAsync("c", 1));
        Assert.Equal((3f, 0), (row.Reward, row.Key.Revision));
    }

    [Fact]
    public async Task Reward_OfAPublishedTurn_MakesANewRevision()
    {
        var conversation = await TalkAsync("c", turns: 3);
        await _platform.WaitForRowsAsync("c", 2);

        var receipt = await conversation.RewardAsync(new RewardReport { Turn = 0, Reward = 10 });

        Assert.Equal(1, receipt.Revision);
        await Eventually.TrueAsync(async () => (await _platform.RowsAsync("c")).FirstOrDefault()?.Key.Revision == 1, "revision 1 in the replay buffer");
        var rows = await _platform.RowsAsync("c");
        Assert.Equal((10f, 0f), (rows[0].Reward, rows[1].Reward));
        Assert.Equal(2, rows.Count);
    }

    [Fact]
    public async Task Reward_AfterTheEnd_MakesANewRevisionOfATerminatedRow()
    {
        var conversation = await TalkAsync("c", turns: 1);
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = -1 });
        await _platform.WaitForRowsAsync("c", 1);

        await conversation.RewardAsync(new RewardReport { Reward = 2 });

        await Eventually.TrueAsync(async () => (await _platform.RowsAsync("c")).FirstOrDefault()?.Reward == 2, "the late reward in the replay buffer");
        var row = Assert.Single(await _platform.RowsAsync("c"));
        Assert.Equal((1, true), (row.Key.Revision, row.Terminated));
    }

    [Fact]
    public async Task Row_SaysWhetherSomebodyGaveTheReward()
    {
        var conversation = await TalkAsync("c", turns: 3);
        await conversation.RewardAsync(new RewardReport { Reward = 1 });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Truncated });
        Assert.Equal([false, false, true], (await _platform.WaitForRowsAsync("c", 3)).Select(row => row.IsRewardExplicit));

        // The default, said by somebody.
        await conversation.RewardAsync(new RewardReport { Turn = 1, Reward = 0 });

        await Eventually.TrueAsync(async () => (await _platform.RowsAsync("c"))[1] is { IsRewardExplicit: true, Key.Revision: 1 }, "the row of the rewarded turn");
    }

    [Fact]
    public async Task Reward_SameKey_AppliesOnce()
    {
        var conversation = await TalkAsync("c", turns: 2);
        var report = new RewardReport { Turn = 0, Reward = 1, Key = "r" };
        var first = await conversation.RewardAsync(report);
        await conversation.RewardAsync(new RewardReport { Turn = 0, Reward = 2 });

        var again = await conversation.RewardAsync(report);

        Assert.Equal(first, again);
        Assert.Equal(2f, (await conversation.ReadAsync()).Turns[0].Reward);
        await Assert.ThrowsAsync<ConflictException>(() => conversation.RewardAsync(report with { Reward = 9 }));
        await Assert.ThrowsAsync<ConflictException>(() => conversation.RewardAsync(report with { Turn = 1 }));
        await Assert.ThrowsAsync<ConflictException>(() => conversation.RewardAsync(report with { Turn = null }));
    }

    [Fact]
    public async Task Reward_SameKeyOfTheLatestTurn_AnswersTheSameAfterAnotherTurn()
    {
        var conversation = await TalkAsync("c", turns: 1);
        var report = new RewardReport { Reward = 1, Key = "r" };
        var first = await conversation.RewardAsync(report);
        await conversation.SayAsync(new UserMessage { Text = "next" });

        Assert.Equal(first, await conversation.RewardAsync(report));
        Assert.Equal(first, await conversation.RewardAsync(report with { Turn = 0 }));
        await Assert.ThrowsAsync<ConflictException>(() => conversation.RewardAsync(report with { Turn = 1 }));
    }

    [Theory]
    [InlineData(1e9f)]
    [InlineData(-1_000.5f)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public async Task Reward_BeyondTheRange_IsRefusedWhereverItComesIn(float reward)
    {
        var conversation = await TalkAsync("c", turns: 1);
        var before = _platform.Disk.Find("conversation", "c");

        var refusals = new[]
        {
            await Assert.ThrowsAsync<InvalidRequestException>(() => conversation.RewardAsync(new RewardReport { Reward = reward })),
            await Assert.ThrowsAsync<InvalidRequestException>(() => conversation.SayAsync(new UserMessage { Text = "next", Reward = reward })),
            await Assert.ThrowsAsync<InvalidRequestException>(() => conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = reward })),
        };

        Assert.All(refusals, refusal => Assert.Contains("-1000 to 1000", refusal.Message, StringComparison.Ordinal));
        Assert.Equal(before, _platform.Disk.Find("conversation", "c"));
    }

    [Fact]
    public async Task Reward_AtTheAgentsOwnRange_IsTaken()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("MinimumReward", "-1"), GrainPlatform.AgentSetting("MaximumReward", "2"));
        var conversation = await platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        await conversation.SayAsync(new UserMessage { Text = "Hi", Reward = -1 });
        await conversation.RewardAsync(new RewardReport { Reward = 2 });

        await Assert.ThrowsAsync<InvalidRequestException>(() => conversation.RewardAsync(new RewardReport { Reward = 2.1f }));

        Assert.Equal([-1f, 2f], (await conversation.ReadAsync()).Turns.Select(turn => turn.Reward));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public async Task Reward_BeforeAnyTurn_IsRefused(int? turn)
    {
        var conversation = await TalkAsync("c", turns: 0);

        var failure = await Assert.ThrowsAsync<InvalidRequestException>(() => conversation.RewardAsync(new RewardReport { Turn = turn, Reward = 1 }));

        Assert.Contains("has no utterance yet", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reward_SameValue_MakesNoRevision()
    {
        var conversation = await TalkAsync("c", turns: 2);
        await conversation.RewardAsync(new RewardReport { Turn = 0, Reward = 1 });

        var again = await conversation.RewardAsync(new RewardReport { Turn = 0, Reward = 1 });

        Assert.Equal(1, again.Revision);
    }

    [Fact]
    public async Task Reward_OfATurnThatIsNot_IsRefused()
    {
        var conversation = await TalkAsync("c", turns: 2);

        var failure = await Assert.ThrowsAsync<InvalidRequestException>(() => conversation.RewardAsync(new RewardReport { Turn = 7, Reward = 1 }));

        Assert.Equal("turn: conversation c has 2 turns, there is no turn 7", failure.Message);
    }

    private async Task<IConversationGrain> TalkAsync(string id, int turns)
    {
        var conversation = await _platform.BeginAsync(id);
        for (var turn = 0; turn < turns; turn++)
        {
            await conversation.SayAsync(new UserMessage { Text = $"message {turn}" });
        }

        return conversation;
    }
}
