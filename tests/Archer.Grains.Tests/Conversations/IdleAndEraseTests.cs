using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Conversations;

[Trait("Category", "Slow")]
public sealed class IdleAndEraseTests
{
    [Fact]
    public async Task Idle_EndsAsTruncatedWithoutAnotherMessage()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("IdleTimeoutSeconds", "1"));
        var conversation = await platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });

        await Eventually.TrueAsync(async () => (await conversation.ReadAsync()).Status == ConversationStatus.Ended, "the idle conversation ends");

        var view = await conversation.ReadAsync();
        Assert.Equal((ConversationOutcome.Truncated, EndReason.Idle), (view.Outcome, view.EndReason));
        var row = Assert.Single(await platform.WaitForRowsAsync("c", 1));
        Assert.Equal((true, false, null), (row.Truncated, row.Terminated, row.FinalUserText));
    }

    [Fact]
    public async Task Idle_OverACrash_StillEnds()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("IdleTimeoutSeconds", "1"));
        await (await platform.BeginAsync("c")).SayAsync(new UserMessage { Text = "Hi" });
        await platform.CrashAsync();

        await platform.RestartAsync();

        await platform.WaitForRowsAsync("c", 1);
    }

    [Fact]
    public async Task Idle_WatchCouldNotBeWrittenAtTheStart_EndsAllTheSame()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("IdleTimeoutSeconds", "1"));
        platform.Disk.FailingState = "watch";
        platform.Disk.FailNextWrites();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => platform.BeginAsync("c"));

        await Eventually.TrueAsync(
            () => platform.Disk.Find("conversation", "c")?.Contains("\"Reason\":", StringComparison.Ordinal) == true, "the conversation that nobody came back to ends");
        Assert.Equal(EndReason.Idle, (await platform.Conversation("c").ReadAsync()).EndReason);
    }

    [Fact]
    public async Task Idle_WatchLostOverARestart_IsRepairedByTheFirstRead()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("IdleTimeoutSeconds", "1"));
        platform.Disk.FailingState = "watch";
        platform.Disk.FailNextWrites(int.MaxValue);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => platform.BeginAsync("c"));
        await platform.CrashAsync();
        platform.Disk.FailNextWrites(0);
        await platform.RestartAsync();

        Assert.Equal(ConversationStatus.Open, (await platform.Conversation("c").ReadAsync()).Status);

        await Eventually.TrueAsync(
            () => platform.Disk.Find("conversation", "c")?.Contains("\"Reason\":", StringComparison.Ordinal) == true, "the conversation ends");
    }

    [Fact]
    public async Task Idle_WhileTalking_StaysOpen()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("IdleTimeoutSeconds", "2"));
        var conversation = await platform.BeginAsync("c");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(400));
        for (var turn = 0; turn < 8; turn++)
        {
            await conversation.SayAsync(new UserMessage { Text = "x" });
            await pace.WaitForNextTickAsync();
        }

        Assert.Equal(ConversationStatus.Open, (await conversation.ReadAsync()).Status);
    }

    [Fact]
    public async Task Erase_RemovesStateAndRowsAndNamesTheVersions()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var conversation = await platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "a secret" });
        await conversation.SayAsync(new UserMessage { Text = "b" });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
        await platform.WaitForRowsAsync("c", 2);
        await platform.AgentGrain.AnnounceAsync(new AnnounceVersion { Version = "v000001", FirstPosition = 1, LastPosition = 2 });
        await platform.AgentGrain.AnnounceAsync(new AnnounceVersion { Version = "v000002", FirstPosition = 50, LastPosition = 60 });

        var erasure = await conversation.EraseAsync();

        Assert.Equal(("c", 2, 2), (erasure.Conversation, erasure.Turns, erasure.ReplayRows));
        Assert.Equal(["v000001"], erasure.TrainedVersions.AsEnumerable());
        Assert.Empty(await platform.RowsAsync("c"));
        Assert.DoesNotContain("secret", platform.Disk.Find("conversation", "c"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => conversation.ReadAsync());
        await Assert.ThrowsAsync<ConflictException>(() => platform.BeginAsync("c"));
        Assert.Equal(erasure.TrainedVersions.AsEnumerable(), (await conversation.EraseAsync()).TrainedVersions);
    }

    [Fact]
    public async Task Erase_WithUndeliveredRows_NothingArrivesLater()
    {
        await using var platform = await GrainPlatform.StartAsync();
        platform.Replay.FailAppends = true;
        var conversation = await platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "a" });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
        await conversation.EraseAsync();
        var appends = platform.Replay.Appends;

        platform.Replay.FailAppends = false;
        var other = await platform.BeginAsync("d");
        await other.SayAsync(new UserMessage { Text = "a" });
        await other.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });

        await platform.WaitForRowsAsync("d", 1);
        Assert.Empty(await platform.RowsAsync("c"));
        Assert.True(platform.Replay.Appends > appends);
    }
}
