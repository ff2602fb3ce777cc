using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.History;
using Archer.Grains.Conversations;
using Archer.Grains.History;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.History;

public sealed class AgentHistoryGrainTests
{
    private static readonly KeyValuePair<string, string?> Task20 = GrainPlatform.AgentSetting("Task", ScriptedTask.Name);

    [Fact]
    public async Task Conversation_FromStartToEnd_StandsInListCurveAndEvents()
    {
        await using var platform = await GrainPlatform.StartAsync(Task20);
        platform.Policy.Reply = request => request.History.Length == 0 ? "Is it an animal?" : "Is it a dog?";
        var history = History(platform);
        await history.LearnedAsync(new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, Discount = 0.5, AdvantageLambda = 0.25 });

        await platform.Grains.GetGrain<IConversationGrain>("c").StartAsync(new StartConversation { Agent = GrainPlatform.Agent });
        await Eventually.TrueAsync(async () => (await ListAsync(history)).Length == 1, "the started conversation in the list");
        Assert.Equal(ConversationStatus.Open, (await ListAsync(history))[0].Status);
        var before = (await history.ReadAsync()).EventId;
        await FinishAsync(platform, "c");

        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Episodes.Length == 1, "the ended conversation in the curve");
        var point = (await history.ReadAsync()).Episodes[0];
        Assert.Equal((1L, 1L, -1.0, 2.0, "v000000"), (point.First, point.Count, point.Return, point.Turns, point.Version));
        Assert.Equal<UtteranceKind>([new UtteranceKind("questions", 1), new UtteranceKind("guesses", 1)], [.. point.Kinds]);
        var summary = (await ListAsync(history))[0];
        Assert.Equal((ConversationStatus.Ended, -1.0, 2, "v000000"), (summary.Status, summary.Return, summary.Turns, Assert.Single(summary.PolicyVersions)));
        var ended = (await history.WaitAsync(before)).Events.Single(happened => happened.Conversation?.Status == ConversationStatus.Ended);
        Assert.Equal(summary.Id, ended.Conversation!.Id);
        Assert.Equal([-1.0, 0.0], (await history.ReadAsync()).Calibration.Select(bin => bin.Predicted));
    }

    [Fact]
    public async Task Agent_RemovedFromTheSettings_IsNotAskedForNumbers()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var history = platform.Grains.GetGrain<IAgentHistoryGrain>("removed");

        await history.ServesAsync(new ServedVersion { Version = "v000001", ServedAt = TimeProvider.System.GetUtcNow(), Step = 1 });

        // A tick that failed for the missing agent would never come to writing.
        await Eventually.TrueAsync(() => platform.Disk.Find("history", "removed") is not null, "the history is written by its ticks");
    }

    [Fact]
    public async Task Ended_ToldTwice_CountsOnce()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var history = History(platform);
        await PlayAsync(platform, "c");
        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Episodes.Length == 1, "the ended conversation in the curve");

        await history.ReportAsync(new HistoryReport { Ended = [new EndedConversation { Summary = (await ListAsync(history))[0], Rewards = [], Values = [] }] });

        Assert.Single((await history.ReadAsync()).Episodes);
    }

    [Fact]
    public async Task History_AfterARestart_IsThereAndOldEventsAreGone()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await PlayAsync(platform, "c");
        await Eventually.TrueAsync(async () => (await History(platform).ReadAsync()).Episodes.Length == 1, "the ended conversation in the curve");
        var before = await History(platform).ReadAsync();

        await platform.StopAsync();
        await platform.RestartAsync();

        var after = await History(platform).ReadAsync();
        Assert.Equal<EpisodePoint>([.. before.Episodes], [.. after.Episodes]);
        Assert.Equal("c", Assert.Single(await ListAsync(History(platform))).Id);
        Assert.Equal(AgentEventType.Reset, Assert.Single((await History(platform).WaitAsync(before.EventId)).Events).Type);
    }

    [Fact]
    public async Task History_AfterACrash_FindsTheEndsThatItMissed()
    {
        await using var platform = await GrainPlatform.StartAsync();
        await platform.Grains.GetGrain<IConversationGrain>("c").StartAsync(new StartConversation { Agent = GrainPlatform.Agent });
        await Eventually.TrueAsync(() => platform.Disk.Find("history", GrainPlatform.Agent)?.Contains("\"c\"", StringComparison.Ordinal) == true, "the list on the disk");
        platform.Disk.FailingState = "history";
        platform.Disk.FailNextWrites(1_000);
        await FinishAsync(platform, "c");

        await platform.CrashAsync();
        platform.Disk.FailNextWrites(0);
        await platform.RestartAsync();

        await Eventually.TrueAsync(
            async () => (await ListAsync(History(platform))) is [{ Status: ConversationStatus.Ended }], "the conversation's end in the list");
        Assert.Single((await History(platform).ReadAsync()).Episodes);
    }

    [Fact]
    public async Task Erasure_Conversation_LeavesNoNameBehind()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var history = History(platform);
        await PlayAsync(platform, "secret");
        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Episodes.Length == 1, "the ended conversation in the curve");
        var before = (await history.ReadAsync()).EventId;
        await platform.WaitForRowsAsync("secret", 2);

        await platform.Grains.GetGrain<IConversationGrain>("secret").EraseAsync();

        Assert.Empty(await ListAsync(history));
        Assert.DoesNotContain("secret", platform.Disk.Find("history", GrainPlatform.Agent), StringComparison.Ordinal);
        Assert.Equal(AgentEventType.Reset, Assert.Single((await history.WaitAsync(before)).Events).Type);
    }

    [Fact]
    public async Task Learner_Report_CountsReplaysAndDrawsTheLosses()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var history = History(platform);
        await PlayAsync(platform, "c");
        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Episodes.Length == 1, "the ended conversation in the curve");
        Assert.Null((await history.DescribeAsync("c")).Replays);
        var report = new LearnerReport
        {
            Run = "r",
            Step = 1,
            EpisodesConsumed = 1,
            CriticLoss = 0.5,
            Discount = 0.9,
            AdvantageLambda = 0.8,
            Replayed = [new ReplayedConversation("c", 3), new ReplayedConversation("gone", 1)],
        };

        await platform.AgentGrain.ReportLearnerAsync(report);
        await platform.AgentGrain.ReportLearnerAsync(report with { Step = 2, CriticLoss = 0.25 });

        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Learner.Length == 2, "both iterations in the curve");
        Assert.Equal(new ConversationLearning(0.9, 0.8, 6), await history.DescribeAsync("c"));
        Assert.Null((await history.DescribeAsync("gone")).Replays);
        Assert.Equal([0.5, 0.25], (await history.ReadAsync()).Learner.Select(point => point.CriticLoss!.Value));
    }

    [Fact]
    public async Task Learner_AnotherRunFromAnEarlierStep_ReplacesWhatCameAfter()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var history = History(platform);
        foreach (var step in new[] { 1, 2, 3 })
        {
            await history.LearnedAsync(new LearnerReport { Run = "first", Step = step, EpisodesConsumed = step, CriticLoss = step });
            await CurveAsync(step);
        }

        await history.LearnedAsync(new LearnerReport { Run = "second", Step = 1, EpisodesConsumed = 1 });
        await CurveAsync(1);
        await history.LearnedAsync(new LearnerReport { Run = "second", Step = 2, EpisodesConsumed = 2, CriticLoss = 0.5 });
        await CurveAsync(2);

        Assert.Equal([(1L, 1.0), (2L, 0.5)], (await history.ReadAsync()).Learner.Select(point => (point.Step, point.CriticLoss!.Value)));

        // The grain is told one way: two reports may overtake each other.
        Task CurveAsync(int points) => Eventually.TrueAsync(async () => (await history.ReadAsync()).Learner.Length == points, $"{points} points in the curve");
    }

    [Fact]
    public void WithoutImpossible_NumbersThatCannotBeTrue_LeavesTheOthers()
    {
        var (at, agent) = (DateTimeOffset.UnixEpoch, new AgentDefinition { Name = "a", TurnLimit = 20 });
        var point = new LearnerPoint { Step = 7, Count = 1, At = at, CriticLoss = 0.5, ActorLoss = -0.1 };
        var episode = new EpisodePoint { First = 1, Count = 1, At = at, Return = -4, Turns = 2, Version = "v000001" };
        var stored = new AgentHistoryState
        {
            LearnerStep = 999_999_999,
            Learner = [point, point with { Step = 999_999_999 }, point with { Step = 8, CriticLoss = 1e30 }, point with { Step = 9, ActorLoss = double.NaN }],
            Episodes = [episode, episode with { First = 2, Return = 1e9 }],
            Calibration = [new CalibrationPair(-2, -3), new CalibrationPair(1, 1e9f), new CalibrationPair(float.NaN, 1)],
        };

        var kept = HistoryPoints.WithoutImpossible(stored, agent);

        Assert.Equal((7, point), (kept.LearnerStep, Assert.Single(kept.Learner)));
        Assert.Equal(episode, Assert.Single(kept.Episodes));
        Assert.Equal(new CalibrationPair(-2, -3), Assert.Single(kept.Calibration));
    }

    [Fact]
    public async Task Version_Served_StandsWithItsMoment()
    {
        await using var platform = await GrainPlatform.StartAsync();
        var history = History(platform);

        await platform.AgentGrain.AnnounceAsync(new AnnounceVersion { Version = "v000007", Step = 7 });

        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Versions.Length == 1, "the version in the history");
        var served = (await history.ReadAsync()).Versions[0];
        Assert.Equal(("v000007", 7L), (served.Version, served.Step));
    }

    private static IAgentHistoryGrain History(GrainPlatform platform) => platform.Grains.GetGrain<IAgentHistoryGrain>(GrainPlatform.Agent);

    private static async Task<ConversationSummary[]> ListAsync(IAgentHistoryGrain history) => [.. (await history.ListAsync(new ConversationQuery())).Conversations];

    private static async Task PlayAsync(GrainPlatform platform, string id)
    {
        await platform.Grains.GetGrain<IConversationGrain>(id).StartAsync(new StartConversation { Agent = GrainPlatform.Agent });
        await FinishAsync(platform, id);
    }

    private static async Task FinishAsync(GrainPlatform platform, string id)
    {
        var conversation = platform.Grains.GetGrain<IConversationGrain>(id);
        await conversation.SayAsync(new UserMessage { Text = "Let's play." });
        await conversation.SayAsync(new UserMessage { Text = "Yes.", Reward = -1 });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Text = "Yes.", Reward = 0 });
    }
}
