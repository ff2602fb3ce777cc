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
    }

    [Fact]
    public async Task Reward_SameValue_MakesNoRevision()
    {
        var conversation = await TalkAsync("c", turns: 2);
        await conversation.RewardAsync(new RewardReport { Turn = 0, Reward = 1 });

        var again = await conversation.RewardAsync(new RewardReport { Turn = 0, Reward = 1 });

        Assert.Equal(1, again.Revision);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Reward_OfATurnThatIsNot_IsRefused(int turns)
    {
        var conversation = await TalkAsync("c", turns);

        var failure = await Assert.ThrowsAsync<InvalidRequestException>(() => conversation.RewardAsync(new RewardReport { Turn = 7, Reward = 1 }));

        Assert.Equal($"turn: conversation c has {turns} turns, there is no turn 7", failure.Message);
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
