using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Grains.Replay;
using Archer.Replay;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Conversations;

[Trait("Category", "Slow")]
public sealed class ErasureTests
{
    [Fact]
    public async Task Erase_BeforeTheLearnerHadIt_LetsAnotherStartInItsPlace()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var report = new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, MaximumLag = 2 };
        await platform.AgentGrain.ReportLearnerAsync(report);
        foreach (var id in new[] { "first", "second" })
        {
            var conversation = await platform.BeginAsync(id, start => start with { Simulated = true });
            await conversation.SayAsync(new UserMessage { Text = "a" });
            await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
            await platform.WaitForRowsAsync(id, 1);
        }

        await platform.AgentGrain.ReportLearnerAsync(report with { Step = 1, EpisodesConsumed = 1, Position = 1 });
        await LagBecomesAsync(platform, 1);

        await platform.Conversation("first").EraseAsync();
        await LagBecomesAsync(platform, 1);
        await platform.Conversation("second").EraseAsync();
        await LagBecomesAsync(platform, 0);
    }

    [Fact]
    public async Task Erase_BrokenOffAndAcknowledgedLate_IsFinishedAfterACrash()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var conversation = await platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "a secret" });
        platform.Cleaning.OnClean = () => throw new IOException("The disk is away.");
        await Assert.ThrowsAnyAsync<Exception>(() => conversation.EraseAsync());

        var neighbour = Enumerable.Range(0, 1_000).Select(i => $"d-{i}").First(id => TransitionStream.ShardOf(id) == TransitionStream.ShardOf("c"));
        await (await platform.BeginAsync(neighbour)).EndAsync(new EndConversation { Outcome = ConversationOutcome.Truncated });
        await Eventually.TrueAsync(
            () => platform.Disk.Find("watch", TransitionStream.ShardOf("c"))?.Contains($"\"{neighbour}\"", StringComparison.Ordinal) == false, "the watch's list is written");
        await platform.CrashAsync();
        platform.Cleaning.OnClean = () => { };
        await platform.RestartAsync();

        await Eventually.TrueAsync(
            () => platform.Disk.Find("conversation", "c")?.Contains("\"TrainedVersions\"", StringComparison.Ordinal) == true, "the watch finishes the erasure");
    }

    private static Task LagBecomesAsync(GrainPlatform platform, long lag) =>
        Eventually.TrueAsync(async () => (await platform.AgentGrain.GetMetricsAsync()).LearnerLag == lag, $"a lag of {lag}");

    private const string Secret = "a secret";

    public enum Fault
    {
        StoreAway,
        StoreDidNotAnswer,
        CleaningFailed,
        DiskFull,
        DiskDidNotAnswer,
    }

    [Fact]
    public async Task Erase_RowsEvictedAndForgotten_NamesAllVersionsTrainedOnThem()
    {
        await using var platform = await GrainPlatform.StartAsync(new KeyValuePair<string, string?>(GrainPlatform.ReplayCapacity, "2"));
        await PlayAsync(platform, "c", turns: 2);
        await platform.StopAsync();
        await platform.RestartAsync();
        for (var other = 0; other < 4; other++)
        {
            await PlayAsync(platform, $"other-{other}", turns: 2);
            await platform.Replay.ReportReadAsync(GrainPlatform.Agent, "trainer", 1_000);
        }

        Assert.Empty(await platform.RowsAsync("c"));
        await AnnounceAsync(platform, "v000001", 1, 1);
        await AnnounceAsync(platform, "v000002", 1, 2);
        await AnnounceAsync(platform, "v000003", 1, 8);
        await AnnounceAsync(platform, "v000004", 3, 8);

        var erasure = await platform.Conversation("c").EraseAsync();

        // The first version had read half of the conversation only, and a learner takes whole ones. The last began behind it, which nobody can know any more:
        // where the last row was is not written after the end, and the buffer has forgotten it.
        Assert.Subset(erasure.TrainedVersions.ToHashSet(), new HashSet<string> { "v000002", "v000003" });
        Assert.Equal((2, 0), (erasure.Turns, erasure.ReplayRows));
    }

    [Fact]
    public async Task Erase_OpenOrHeldOut_NamesNoVersion()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await AnnounceAsync(platform, "v000001", 1, 100);
        var open = await platform.BeginAsync("open");
        await open.SayAsync(new UserMessage { Text = "a" });
        await open.SayAsync(new UserMessage { Text = "b" });
        await platform.WaitForRowsAsync("open", 1);
        await PlayAsync(platform, "held-out", turns: 1, ReplaySplit.HoldOut);

        Assert.Empty((await open.EraseAsync()).TrainedVersions);
        Assert.Empty((await platform.Conversation("held-out").EraseAsync()).TrainedVersions);
    }

    [Fact]
    public async Task Erase_RevisedTurn_NamesTheVersionsTrainedBeforeTheRevision()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await PlayAsync(platform, "c", turns: 1);
        await PlayAsync(platform, "d", turns: 3);
        await AnnounceAsync(platform, "v000001", 1, 2);
        await platform.Conversation("c").RewardAsync(new RewardReport { Reward = 5, Turn = 0 });
        await Eventually.TrueAsync(async () => (await platform.RowsAsync("c")).Any(row => row.Key.Revision == 1), "the revision arrives");

        Assert.Equal(["v000001"], (await platform.Conversation("c").EraseAsync()).TrainedVersions.AsEnumerable());
    }

    [Theory]
    [InlineData(Fault.StoreAway)]
    [InlineData(Fault.StoreDidNotAnswer)]
    [InlineData(Fault.CleaningFailed)]
    [InlineData(Fault.DiskFull)]
    [InlineData(Fault.DiskDidNotAnswer)]
    public async Task Erase_KilledAfterAStepAndRepeated_AnswersFully(Fault fault)
    {
        await using var platform = await GrainPlatform.StartAsync();
        await PlayAsync(platform, "c", turns: 2);
        await AnnounceAsync(platform, "v000001", 1, 2);
        Set(platform, fault);

        await Assert.ThrowsAnyAsync<Exception>(() => platform.Conversation("c").EraseAsync());
        Assert.DoesNotContain(Secret, platform.Disk.Find("conversation", "c"), StringComparison.Ordinal);
        await platform.CrashAsync();
        Repair(platform);
        await platform.RestartAsync();

        var erasure = await platform.Conversation("c").EraseAsync();
        Assert.Equal(("c", 2, 2), (erasure.Conversation, erasure.Turns, erasure.ReplayRows));
        Assert.Equal(["v000001"], erasure.TrainedVersions.AsEnumerable());
        Assert.Empty(await platform.RowsAsync("c"));
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => platform.Conversation("c").ReadAsync());
    }

    [Fact]
    public async Task Erase_KilledAndNotRepeated_IsFinishedByTheWatch()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await PlayAsync(platform, "c", turns: 2);
        Set(platform, Fault.StoreAway);
        await Assert.ThrowsAsync<ReplayException>(() => platform.Conversation("c").EraseAsync());
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => platform.Conversation("c").ReadAsync());
        await Assert.ThrowsAsync<ConflictException>(() => platform.BeginAsync("c"));
        await platform.CrashAsync();
        Repair(platform);

        await platform.RestartAsync();

        await Eventually.TrueAsync(async () => (await platform.RowsAsync("c")).Count == 0, "the rows go");
        await Eventually.TrueAsync(
            () => Task.FromResult(platform.Disk.Find("conversation", "c")!.Contains("\"ReplayRows\":2", StringComparison.Ordinal)), "the answer is written");
    }

    [Fact]
    public async Task Erase_StateIsCleanedBeforeTheAnswer()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await PlayAsync(platform, "c", turns: 1);
        var found = Secret;
        platform.Cleaning.OnClean = () => found = platform.Disk.Find("conversation", "c");

        await platform.Conversation("c").EraseAsync();

        Assert.DoesNotContain(Secret, found, StringComparison.Ordinal);
        Assert.Equal(1, platform.Cleaning.Cleanings);
    }

    private static void Set(GrainPlatform platform, Fault fault)
    {
        platform.Disk.FailingState = "conversation";
        platform.Replay.FailErasures = fault == Fault.StoreAway;
        platform.Replay.FailErasuresAfterTheFact = fault == Fault.StoreDidNotAnswer;
        platform.Cleaning.OnClean = fault switch
        {
            Fault.CleaningFailed => () => throw new IOException("The disk is away."),
            Fault.DiskFull => () => platform.Disk.FailNextWrites(),
            Fault.DiskDidNotAnswer => () => platform.Disk.FailNextWritesAfterTheFact(),
            _ => () => { }
            ,
        };
    }

    private static void Repair(GrainPlatform platform)
    {
        (platform.Replay.FailErasures, platform.Replay.FailErasuresAfterTheFact) = (false, false);
        platform.Cleaning.OnClean = () => { };
    }

    private static Task AnnounceAsync(GrainPlatform platform, string version, long first, long last) =>
        platform.AgentGrain.AnnounceAsync(new AnnounceVersion { Version = version, FirstPosition = first, LastPosition = last });

    private static async Task PlayAsync(GrainPlatform platform, string id, int turns, ReplaySplit? split = null)
    {
        var conversation = await platform.BeginAsync(id, start => start with { Split = split });
        for (var turn = 0; turn < turns; turn++)
        {
            await conversation.SayAsync(new UserMessage { Text = Secret });
        }

        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
        await platform.WaitForRowsAsync(id, turns);
    }
}
