using System.Diagnostics;
using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Grains.Agents;
using Archer.Grains.Agents.Local;
using Archer.Testing.Grains;
using Microsoft.Extensions.DependencyInjection;

namespace Archer.Grains.Tests.Agents;

public sealed class AgentGrainTests : IAsyncLifetime
{
    private GrainPlatform _platform = null!;

    private IAgentGrain Agent => _platform.AgentGrain;

    private LocalAgent Local => _platform.Services.GetRequiredService<LocalAgents>().Find(GrainPlatform.Agent);

    private readonly List<IServingObserver> _observers = [];

    public async Task InitializeAsync() => _platform = await GrainPlatform.StartAsync(
        new KeyValuePair<string, string?>("Archer:AgentHost:AdmissionTimeout", "00:00:00.050"));

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Announce_LoadsThenServes()
    {
        var view = await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001", Step = 3 });

        Assert.Equal(("v000001", "v000000"), (view.Current, view.Previous));
        Assert.Equal(["quiz@v000001"], _platform.Policy.Loads);
        Assert.Equal("v000001", await Local.DecideAsync("c"));
        Assert.Equal(3, Assert.Single(view.Versions).Step);
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001" });
        Assert.Single(_platform.Policy.Loads);
    }

    [Fact]
    public async Task Announce_Refused_ChangesNothing()
    {
        _platform.Policy.Refused["v000001"] = "model.safetensors, offset 8: expected 1 byte more.";

        var failure = await Assert.ThrowsAsync<VersionRefusedException>(() => Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001" }));

        Assert.Equal("model.safetensors, offset 8: expected 1 byte more.", failure.Message);
        var view = await Agent.ReadAsync();
        Assert.Equal(("v000000", null, 0), (view.Current, view.Previous, view.Versions.Length));
    }

    [Fact]
    public async Task Announce_StateCannotBeWritten_ChangesNothing()
    {
        _platform.Disk.FailingState = "agent";
        _platform.Disk.FailNextWrites();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001" }));

        Assert.Equal("v000000", (await Agent.ReadAsync()).Current);
    }

    [Fact]
    public async Task Announce_OnlyToList_ServesLater()
    {
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001", Serve = false });
        Assert.Equal("v000000", (await Agent.ReadAsync()).Current);

        var view = await Agent.ServeAsync(new ServeVersion { Version = "v000001" });

        Assert.Equal("v000001", view.Current);
    }

    [Fact]
    public async Task Serve_Candidate_AnswersItsShareOfConversations()
    {
        await Agent.ServeAsync(new ServeVersion { Candidate = "v000007", CanaryShare = 0.25 });

        var tried = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var first = await Local.DecideAsync($"c-{i}");
            Assert.Equal(first, await Local.DecideAsync($"c-{i}"));
            tried += first == "v000007" ? 1 : 0;
        }

        // Binomial: mean 500, standard deviation 19.
        Assert.InRange(tried, 410, 590);
        await Agent.ServeAsync(new ServeVersion { Version = "v000007" });
        Assert.Equal((null, 0.0), await CandidateAsync());
    }

    [Fact]
    public async Task Rollback_GoesBack()
    {
        await Assert.ThrowsAsync<ConflictException>(() => Agent.RollbackAsync());
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001" });
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000002" });

        var view = await Agent.RollbackAsync();

        Assert.Equal(("v000001", "v000002"), (view.Current, view.Previous));
    }

    [Fact]
    public async Task Metrics_SurviveARestart()
    {
        for (var i = 0; i < 3; i++)
        {
            await PlayAsync($"c-{i}", reward: -i);
        }

        await PlayAsync("hold-out", reward: 100, ReplaySplit.HoldOut);
        await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001" });
        await Agent.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 4, EpisodesConsumed = 3, CriticLoss = 0.5, ActorLoss = -0.25 });
        await Eventually.TrueAsync(async () => await Agent.GetMetricsAsync() is { Conversations: 3, ReplayRows: 8 }, "three conversations, eight rows");
        await _platform.StopAsync();

        await _platform.RestartAsync();

        var metrics = await Agent.GetMetricsAsync();
        Assert.Equal((3, -1.0, "v000001", 8), (metrics.Conversations, metrics.MeanReturnLast200, metrics.PolicyVersion, metrics.ReplayRows));
        Assert.Equal((0.5, -0.25, 4, 3), (metrics.CriticLoss, metrics.ActorLoss, metrics.LearnerStep, metrics.EpisodesConsumed));
    }

    [Fact]
    public async Task Start_SimulatedWhileTheLearnerLags_IsRefusedUntilItHasCaughtUp()
    {
        await Agent.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, MaximumLag = 1 });
        await _platform.BeginAsync("first", Simulated);

        var failure = await Assert.ThrowsAsync<LearnerLagsException>(() => _platform.BeginAsync("second", Simulated));

        Assert.Equal("Agent quiz takes no more simulated conversations: its learner has 1 to learn from first. Try again later.", failure.Message);
        Assert.Equal(TimeSpan.FromSeconds(1), failure.RetryAfter);
        await _platform.BeginAsync("live");
        await _platform.BeginAsync("evaluation", start => Simulated(start) with { Split = ReplaySplit.HoldOut });
        await LagBecomesAsync(2);
        await Agent.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 1, EpisodesConsumed = 2, MaximumLag = 1 });
        await _platform.BeginAsync("second", Simulated);
    }

    [Fact]
    public async Task Stop_WhileStartsWaitForTheLearner_DoesNotWaitForThem()
    {
        await using var platform = await GrainPlatform.StartAsync(new KeyValuePair<string, string?>("Archer:AgentHost:AdmissionTimeout", "00:00:29"));
        await platform.AgentGrain.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, MaximumLag = 1 });
        await platform.BeginAsync("first", Simulated);
        var second = platform.BeginAsync("second", Simulated);
        var elsewhere = platform.AgentGrain.AcquirePermitsAsync(new PermitRequest { Silo = "another", Number = 1, Permits = 1, Waiting = 1 });
        await Eventually.TrueAsync(async () => (await platform.AgentGrain.GetMetricsAsync()).Waiting == 2, "two silos wait for permits");

        var clock = Stopwatch.StartNew();
        await platform.StopAsync();

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await Assert.ThrowsAnyAsync<Exception>(() => second);
        await Assert.ThrowsAnyAsync<Exception>(() => elsewhere);
    }

    [Fact]
    public async Task Stop_TellsTheAgentWhatItDoesNotKnowYet()
    {
        await using var platform = await GrainPlatform.StartAsync(
            new("Archer:AgentHost:ReportPeriod", "00:00:05"), new("Archer:AgentHost:ServingAge", "00:00:06"), new("Archer:AgentHost:StatisticsPeriod", "00:01:00"));
        var conversation = await platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Key = "k", Text = "hello" });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated });
        Assert.Equal(0, (await platform.AgentGrain.GetMetricsAsync()).Conversations);
        await platform.StopAsync();

        await platform.RestartAsync();

        Assert.Equal(1, (await platform.AgentGrain.GetMetricsAsync()).Conversations);
    }

    [Fact]
    public async Task Admit_TheSameConversationAgain_CountsOnce()
    {
        await Agent.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, MaximumLag = 1 });
        var request = new AdmissionRequest { Conversation = "c", Simulated = true };
        var first = await Silo("first", permits: 1);
        await Agent.ReportSiloAsync(first with { Number = 1, Admissions = [new AdmissionChange(request, IsRelease: false)], Permits = 0, PermitRequest = 1 });
        await Agent.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, MaximumLag = 2 });

        // Its silo died before the start was stored, and its client sends it to another one.
        var second = await Silo("second", permits: 1);
        await Agent.ReportSiloAsync(second with { Number = 1, Admissions = [new AdmissionChange(request, IsRelease: false)], Permits = 0, PermitRequest = 1 });
        Assert.Equal(1, (await Agent.GetMetricsAsync()).LearnerLag);

        await Agent.ReportSiloAsync(second with { Number = 2, Admissions = [new AdmissionChange(request, IsRelease: true)], Permits = 0, PermitRequest = 1 });
        Assert.Equal(0, (await Agent.GetMetricsAsync()).LearnerLag);
    }

    [Fact]
    public async Task Report_SentAgainBecauseItsAnswerWasLost_CountsOnce()
    {
        var report = (await Silo("first", permits: 1)) with { Number = 1, Turns = 7, Permits = 1, PermitRequest = 1, Episodes = [Ended("c", -3)] };

        await Agent.ReportSiloAsync(report);
        await Agent.ReportSiloAsync(report);

        Assert.Equal(1, (await Agent.GetMetricsAsync()).Conversations);
    }

    [Fact]
    public async Task Permits_WhoseAnswerWasLost_AreNotHeldForEver()
    {
        await Agent.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, MaximumLag = 3 });
        var silo = await Silo("first", permits: 3);
        Assert.Equal(3, (await Agent.GetMetricsAsync()).LearnerLag);

        await Agent.ReportSiloAsync(silo with { Number = 1, Permits = 0, PermitRequest = 0 });
        Assert.Equal(3, (await Agent.GetMetricsAsync()).LearnerLag);

        await Agent.ReportSiloAsync(silo with { Number = 2, Permits = 0, PermitRequest = 1 });
        Assert.Equal(0, (await Agent.GetMetricsAsync()).LearnerLag);
    }

    [Fact]
    public async Task Change_IsToldToSilosBeforeItIsAnswered()
    {
        Assert.Equal("v000000", await Local.DecideAsync("c"));
        await TheSiloIsKnownAsync();

        await Agent.ServeAsync(new ServeVersion { Version = "v000009" });

        Assert.Equal("v000009", await Local.DecideAsync("c"));
    }

    /// <summary>A report of a silo that was given permits.</summary>
    private async Task<SiloReport> Silo(string name, int permits)
    {
        await Agent.AcquirePermitsAsync(new PermitRequest { Silo = name, Number = 1, Permits = permits, Waiting = permits });
        var observer = new SilentObserver();
        _observers.Add(observer);
        return new SiloReport { Silo = name, Number = 0, Observer = _platform.Grains.CreateObjectReference<IServingObserver>(observer) };
    }

    /// <summary>From its first report on a silo is told of changes; until then its copy may be a second old.</summary>
    private Task TheSiloIsKnownAsync() =>
        Eventually.TrueAsync(() => _platform.Services.GetRequiredService<LocalAgents>().IsReported(GrainPlatform.Agent), "the silo has reported");

    private Task LagBecomesAsync(long lag) =>
        Eventually.TrueAsync(async () => (await Agent.GetMetricsAsync()).LearnerLag == lag, $"a lag of {lag}");

    private static EpisodeSummary Ended(string conversation, double @return) => new() { Conversation = conversation, Return = @return, Turns = 1, Train = true };

    private sealed class SilentObserver : IServingObserver
    {
        public Task ServeAsync(AgentServing serving) => Task.CompletedTask;
    }

    [Fact]
    public async Task Statistics_AfterAWriteThatFailedAfterTheFact_AreStoredAgainAndCountOnce()
    {
        var silo = await Silo("first", permits: 1);
        await Agent.ReportSiloAsync(silo with { Number = 1, Episodes = [Ended("first", -1)] });
        await Eventually.TrueAsync(() => Stored().Contains("first", StringComparison.Ordinal), "the first numbers");
        _platform.Disk.FailingState = "statistics";
        _platform.Disk.FailNextWritesAfterTheFact();
        await Agent.ReportSiloAsync(silo with { Number = 2, Episodes = [Ended("second", -2)] });
        await Eventually.TrueAsync(() => Stored().Contains("second", StringComparison.Ordinal), "numbers whose writer does not know that they are stored");
        await Agent.ReportSiloAsync(silo with { Number = 3, Episodes = [Ended("third", -3)] });

        await Eventually.TrueAsync(() => Stored().Contains("third", StringComparison.Ordinal), "numbers after the conflict");

        await _platform.StopAsync();
        await _platform.RestartAsync();
        var metrics = await Agent.GetMetricsAsync();
        Assert.Equal((3, -2.0), (metrics.Conversations, metrics.MeanReturnLast200));

        string Stored() => _platform.Disk.Find("statistics", GrainPlatform.Agent) ?? "";
    }

    [Fact]
    public async Task Start_SimulatedAfterARestart_WaitsForNoOtherReport()
    {
        await using var platform = await GrainPlatform.StartAsync(
            GrainPlatform.AgentSetting("ExpectLearner", "true"), new KeyValuePair<string, string?>("Archer:AgentHost:AdmissionTimeout", "00:00:00.050"));
        await Assert.ThrowsAsync<LearnerLagsException>(() => platform.BeginAsync("before the learner", Simulated));
        await platform.AgentGrain.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 1, EpisodesConsumed = 5, MaximumLag = 2 });
        await platform.BeginAsync("begun", Simulated);
        await platform.StopAsync();

        await platform.RestartAsync();

        // The learner is silent: it waits for as many conversations as it learns from at a time.
        await platform.BeginAsync("first", Simulated);
        await platform.BeginAsync("second", Simulated);
        await Assert.ThrowsAsync<LearnerLagsException>(() => platform.BeginAsync("third", Simulated));
        await platform.AgentGrain.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 2, EpisodesConsumed = 7, MaximumLag = 2 });
        Assert.Equal(0, (await platform.AgentGrain.GetMetricsAsync()).LearnerLag);
    }

    [Fact]
    public async Task End_WithoutATurn_GivesItsPlaceBack()
    {
        await Agent.ReportLearnerAsync(new LearnerReport { Run = "r", Step = 0, EpisodesConsumed = 0, MaximumLag = 1 });
        var first = await _platform.BeginAsync("first", Simulated);

        await first.EndAsync(new EndConversation { Outcome = ConversationOutcome.Truncated });

        await Eventually.TrueAsync(async () => (await Agent.GetMetricsAsync()).LearnerLag == 0, "the place is free");
        await _platform.BeginAsync("second", Simulated);
    }

    [Fact]
    public async Task Start_HoldOutShare_KeepsItOutOfLearning()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("HoldOutShare", "0.5"));
        var heldOut = 0;
        for (var i = 0; i < 100; i++)
        {
            var conversation = await platform.BeginAsync($"c-{i}");
            heldOut += (await conversation.ReadAsync()).Split == ReplaySplit.HoldOut ? 1 : 0;
        }

        Assert.InRange(heldOut, 30, 70);
        await Eventually.TrueAsync(async () => (await platform.AgentGrain.GetMetricsAsync()).LearnerLag == 100 - heldOut, "only the others count");
    }

    [Fact]
    public async Task Swap_UnderLoad_FailsNothingAndNeverMixesVersions()
    {
        var conversations = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => _platform.BeginAsync($"c-{i}")));
        await TheSiloIsKnownAsync();
        for (var version = 1; version <= 20; version++)
        {
            // Each swap comes in the middle of 64 turns.
            var wave = conversations.Select(conversation => conversation.SayAsync(new UserMessage { Text = "x" })).ToList();
            await Agent.AnnounceAsync(new AnnounceVersion { Version = $"v{version:D6}" });
            await Task.WhenAll(wave);
        }

        var views = await Task.WhenAll(conversations.Select(conversation => conversation.ReadAsync()));
        var turns = views.SelectMany(view => view.Turns).ToList();

        Assert.Equal(64 * 20, turns.Count);
        Assert.All(turns.GroupBy(turn => turn.Turn), wave => Assert.All(
            wave, turn => Assert.Contains(turn.PolicyVersion, new[] { $"v{wave.Key:D6}", $"v{wave.Key + 1:D6}" })));
        Assert.All(turns, turn => Assert.EndsWith($"of {turn.PolicyVersion}?", turn.Text, StringComparison.Ordinal));
        Assert.Equal("v000020", (await Agent.ReadAsync()).Current);
    }

    [Fact]
    public async Task TurnsPerSecond_FailedAttempts_CountCommittedTurnsOnly()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "a" });
        _platform.Policy.FailNext(30);
        for (var attempt = 0; attempt < 30; attempt++)
        {
            await Assert.ThrowsAsync<PolicyUnavailableException>(() => conversation.SayAsync(new UserMessage { Text = "b", Key = "b" }));
        }

        double rate = 0;
        await Eventually.TrueAsync(async () => (rate = (await Agent.GetMetricsAsync()).TurnsPerSecond) > 0, "the turn counts");

        Assert.InRange(rate, 0.1, 1);
    }

    private static StartConversation Simulated(StartConversation start) => start with { Simulated = true };

    private async Task<(string?, double)> CandidateAsync()
    {
        var view = await Agent.ReadAsync();
        return (view.Candidate, view.CanaryShare);
    }

    private async Task PlayAsync(string id, float reward, ReplaySplit? split = null)
    {
        var conversation = await _platform.BeginAsync(id, start => start with { Split = split });
        await conversation.SayAsync(new UserMessage { Text = "a" });
        await conversation.SayAsync(new UserMessage { Text = "b" });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = reward });
    }

    [Fact]
    public async Task Announce_ManyVersions_RemembersTheNewestAndWhatIsNeeded()
    {
        await using var platform = await GrainPlatform.StartAsync(KeyValuePair.Create<string, string?>("Archer:AgentHost:RememberedVersions", "3"));
        var agent = platform.AgentGrain;
        await agent.AnnounceAsync(new AnnounceVersion { Version = "v1" });
        await agent.AnnounceAsync(new AnnounceVersion { Version = "v2", Serve = false });
        await agent.AnnounceAsync(new AnnounceVersion { Version = "v3", FirstPosition = 1, LastPosition = 9, Serve = false });
        await agent.AnnounceAsync(new AnnounceVersion { Version = "v4", Serve = false });
        await agent.AnnounceAsync(new AnnounceVersion { Version = "v5", FirstPosition = 1, LastPosition = 20, Serve = false });

        var view = await agent.ReadAsync();

        Assert.Equal(["v1", "v3", "v4", "v5"], view.Versions.Select(version => version.Version).ToArray());
        Assert.Equal("v1", view.Current);
        Assert.Equal(["v3", "v5"], (await agent.FindVersionsTrainedOnAsync(5, 5)).ToArray());
    }
}
