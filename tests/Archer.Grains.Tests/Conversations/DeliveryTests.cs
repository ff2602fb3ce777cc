using Archer.Client;
using Archer.Client.Conversations;
using Archer.Grains.Replay;
using Archer.Testing.Grains;
using Orleans.Core.Internal;

namespace Archer.Grains.Tests.Conversations;

/// <summary>Nothing is lost or doubled, whatever fails.</summary>
[Trait("Category", "Slow")]
public sealed class DeliveryTests
{
    [Fact]
    public async Task Turn_WhenAnswered_IsOnTheDisk()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var conversation = await platform.BeginAsync("c");

        var reply = await conversation.SayAsync(new UserMessage { Text = "Hi" });

        Assert.Contains(reply.Text, platform.Disk.Find("conversation", "c"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_CostsOneWrite()
    {
        await using var platform = await GrainPlatform.StartAsync(
            new("Archer:AgentHost:StatisticsPeriod", "01:00:00"), new("Archer:AgentHost:HistoryPeriod", "01:00:00"));
        var conversation = await platform.BeginAsync("c");
        var before = platform.Disk.Writes;

        for (var turn = 0; turn < 10; turn++)
        {
            await conversation.SayAsync(new UserMessage { Text = "x" });
        }

        await platform.WaitForRowsAsync("c", 9);
        Assert.Equal(10, platform.Disk.Writes - before);
    }

    [Fact]
    public async Task StateWrite_Fails_TellsTheCallerAndKeepsTheStateBefore()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var conversation = await platform.BeginAsync("c");
        platform.Disk.FailingState = "conversation";
        platform.Disk.FailNextWrites();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => conversation.SayAsync(new UserMessage { Text = "Hi", Key = "k" }));

        Assert.Empty((await conversation.ReadAsync()).Turns);
        Assert.Equal(0, (await conversation.SayAsync(new UserMessage { Text = "Hi", Key = "k" })).Turn);
        Assert.Equal(2, platform.Policy.Requests.Count);
    }

    [Fact]
    public async Task StateWrite_FailsAfterTheFact_TheRetryFindsTheReply()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var conversation = await platform.BeginAsync("c");
        platform.Disk.FailingState = "conversation";
        platform.Disk.FailNextWritesAfterTheFact();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => conversation.SayAsync(new UserMessage { Text = "Hi", Key = "k" }));

        var reply = await conversation.SayAsync(new UserMessage { Text = "Hi", Key = "k" });

        Assert.Equal(0, reply.Turn);
        Assert.Single(platform.Policy.Requests);
    }

    [Fact]
    public async Task EndWrite_FailsAfterTheFact_RowsArriveThoughNobodyComesBack()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var conversation = await platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        platform.Disk.FailingState = "conversation";
        platform.Disk.FailNextWritesAfterTheFact();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = 1, Key = "k" }));

        var row = Assert.Single(await platform.WaitForRowsAsync("c", 1));
        Assert.Equal(1, row.Reward);
    }

    [Fact]
    public async Task EndedConversation_ItsActivationEndsBeforeItsRowsArrive_TheyArrive()
    {
        await using var platform = await GrainPlatform.StartAsync();
        platform.Replay.FailAppends = true;
        await FinishAsync(platform, "c", turns: 2);
        await Eventually.TrueAsync(() => platform.Replay.Appends >= 1, "a first attempt");

        await platform.Conversation("c").Cast<IGrainManagementExtension>().DeactivateOnIdle();
        platform.Replay.FailAppends = false;

        Assert.Equal(2, (await platform.WaitForRowsAsync("c", 2)).Count);
    }

    [Fact]
    public async Task ReplayStore_Away_RowsArriveOnceItIsBack()
    {
        await using var platform = await GrainPlatform.StartAsync();
        platform.Replay.FailAppends = true;
        await FinishAsync(platform, "c", turns: 4);
        await Eventually.TrueAsync(() => platform.Replay.Appends >= 2, "a second attempt");

        platform.Replay.FailAppends = false;

        var rows = await platform.WaitForRowsAsync("c", 4);
        Assert.Equal([0, 1, 2, 3], rows.Select(row => row.Key.Turn));
    }

    [Fact]
    public async Task ReplayStore_BackAfterMoreRowsThanTheWriterKeeps_GetsThemAll()
    {
        await using var platform = await GrainPlatform.StartAsync(new KeyValuePair<string, string?>("Archer:Conversations:WriterCapacity", "2"));
        platform.Replay.FailAppends = true;
        await FinishAsync(platform, "c", turns: 5);
        await Eventually.TrueAsync(() => platform.Replay.Appends >= 2, "a second attempt");

        platform.Replay.FailAppends = false;

        Assert.Equal(5, (await platform.WaitForRowsAsync("c", 5)).Count);
    }

    [Fact]
    public async Task ReplayStore_WithoutAcknowledgement_IsSentAgainAndNotDoubled()
    {
        await using var platform = await GrainPlatform.StartAsync();
        platform.Replay.FailAppendsAfterTheFact = true;
        await FinishAsync(platform, "c", turns: 3);
        await Eventually.TrueAsync(() => platform.Replay.Appends >= 4, "further attempts");

        platform.Replay.FailAppendsAfterTheFact = false;

        await Eventually.TrueAsync(() => IsForgotten(platform, "c"), "the watch lets the conversation go");
        var statistics = await platform.Replay.GetStatisticsAsync(GrainPlatform.Agent);
        Assert.Equal((3, 3), (statistics.Rows, statistics.Inserted));
    }

    [Fact]
    public async Task Crash_BeforeDelivery_DrainsWithoutAnybodyTouchingTheConversation()
    {
        await using var platform = await GrainPlatform.StartAsync();
        platform.Replay.FailAppends = true;
        await FinishAsync(platform, "ended", turns: 3);
        var open = await platform.BeginAsync("open");
        await open.SayAsync(new UserMessage { Text = "a" });
        await open.SayAsync(new UserMessage { Text = "b" });

        await platform.CrashAsync();
        await platform.RestartAsync();

        await platform.WaitForRowsAsync("ended", 3);
        await platform.WaitForRowsAsync("open", 1);
        Assert.Equal(2, (await platform.Conversation("open").ReadAsync()).Turns.Length);
        await Eventually.TrueAsync(() => IsForgotten(platform, "ended"), "the watch lets the ended conversation go");
        Assert.False(IsForgotten(platform, "open"));
    }

    [Fact]
    public async Task Crashes_AtRandomMoments_LoseAndDoubleNothing()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var random = new Random(17);
        var acknowledged = new Dictionary<string, int>();
        for (var life = 0; life < 8; life++)
        {
            var death = new TaskCompletionSource();
            var users = Enumerable.Range(0, 6).Select(user => TalkUntilAsync(platform, $"c-{life}-{user}", death.Task)).ToList();
            var requests = platform.Policy.Requests.Count + random.Next(1, 90);
            await Eventually.TrueAsync(
                () => platform.Policy.Requests.Count >= requests || users.TrueForAll(user => user.IsCompleted), "the users have talked for a while");
            await platform.CrashAsync();
            death.SetResult();
            foreach (var (id, turns) in await Task.WhenAll(users))
            {
                acknowledged[id] = turns;
            }

            await platform.RestartAsync();
        }

        Assert.True(acknowledged.Values.Sum() > 20, $"Only {acknowledged.Values.Sum()} turns were acknowledged: the test shows nothing.");
        foreach (var (id, turns) in acknowledged.Where(entry => entry.Value > 0))
        {
            var view = await platform.Conversation(id).ReadAsync();
            Assert.InRange(view.Turns.Length, turns, turns + 1);
            await platform.WaitForRowsAsync(id, view.Turns.Count(turn => turn.Finished));
        }

        var statistics = await platform.Replay.GetStatisticsAsync(GrainPlatform.Agent);
        Assert.Equal(statistics.Rows, statistics.Inserted);
    }

    [Fact]
    public async Task End_Delivered_LeavesMemoryAndIsReadFromTheDisk()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var (open, ended) = (await platform.BeginAsync("open"), await platform.BeginAsync("ended"));
        await open.SayAsync(new UserMessage { Text = "Hi" });
        await ended.SayAsync(new UserMessage { Text = "Hi" });
        var view = await ended.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = 1 });
        await platform.WaitForRowsAsync("ended", 1);

        await Eventually.TrueAsync(() => ReadsDiskAsync(platform, "ended"), "the ended conversation left memory");

        Assert.Equal(view.EndedAt, (await ended.ReadAsync()).EndedAt);
        Assert.False(await ReadsDiskAsync(platform, "open"));
    }

    [Fact]
    public async Task Stop_InOrder_LeavesNothingToLookAfter()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await FinishAsync(platform, "c", turns: 2);
        await platform.WaitForRowsAsync("c", 2);
        await Eventually.TrueAsync(() => IsForgotten(platform, "c"), "the watch lets the conversation go");

        await platform.StopAsync();

        // What an ended conversation still owes is what its watch names: its own state is not written for that.
        Assert.DoesNotContain("\"c\"", platform.Disk.Find("watch", TransitionStream.ShardOf("c")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WatchCannotBeWritten_IsUnavailableAndMayBeRepeated()
    {
        await using var platform = await GrainPlatform.StartAsync();
        platform.Disk.FailingState = "watch";
        platform.Disk.FailNextWrites();

        var failure = await Assert.ThrowsAsync<StorageUnavailableException>(() => platform.BeginAsync("c"));

        Assert.Equal("Conversation c could not be put on the list of those that are looked after: send the same request again.", failure.Message);
        await platform.BeginAsync("c");
        Assert.False(IsForgotten(platform, "c"));
    }

    [Fact]
    public async Task Reward_LongAfterTheEnd_CountsTheConversationOnce()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("IdleTimeoutSeconds", "1"));
        await FinishAsync(platform, "old", turns: 1);
        await platform.WaitForRowsAsync("old", 1);
        for (var i = 0; i < 200; i++)
        {
            await FinishAsync(platform, $"c-{i}", turns: 1);
        }

        await Eventually.TrueAsync(() => ReadsDiskAsync(platform, "old"), "the old conversation left memory");
        await Eventually.TrueAsync(async () => (await platform.AgentGrain.GetMetricsAsync()).Conversations == 201, "all conversations are counted");

        await platform.Conversation("old").RewardAsync(new RewardReport { Reward = 5 });

        await Eventually.TrueAsync(async () => (await platform.RowsAsync("old")) is [{ Key.Revision: 1 }], "the late reward in the replay buffer");
        await Eventually.TrueAsync(() => IsForgotten(platform, "old"), "the watch lets the conversation go");
        var metrics = await platform.AgentGrain.GetMetricsAsync();
        Assert.Equal(201, metrics.Conversations);
        Assert.Equal(0.0, metrics.MeanReturnLast200);
    }

    private static bool IsForgotten(GrainPlatform platform, string conversation) =>
        platform.Disk.Find("watch", TransitionStream.ShardOf(conversation)) is { } watch && !watch.Contains($"\"{conversation}\"", StringComparison.Ordinal);

    private static async Task FinishAsync(GrainPlatform platform, string id, int turns)
    {
        var conversation = await platform.BeginAsync(id);
        for (var turn = 0; turn < turns; turn++)
        {
            await conversation.SayAsync(new UserMessage { Text = $"message {turn}" });
        }

        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
    }

    /// <summary>Talks until the host dies; gives the number of turns whose reply was seen.</summary>
    private static async Task<(string Id, int Turns)> TalkUntilAsync(GrainPlatform platform, string id, Task death)
    {
        var seen = 0;
        try
        {
            var conversation = await platform.BeginAsync(id).WaitAsync(TimeSpan.FromSeconds(1));
            while (seen < 20)
            {
                // A call to a dead host may never come back.
                var saying = conversation.SayAsync(new UserMessage { Text = $"message {seen}" });
                if (await Task.WhenAny(saying, death) != saying)
                {
                    break;
                }

                await saying;
                seen++;
            }
        }
        catch (Exception)
        {
            // The host died under the call: this turn was not acknowledged.
        }

        return (id, seen);
    }

    private static async Task<bool> ReadsDiskAsync(GrainPlatform platform, string id)
    {
        var before = platform.Disk.Reads("conversation", id);
        await platform.Conversation(id).ReadAsync();
        return platform.Disk.Reads("conversation", id) > before;
    }
}
