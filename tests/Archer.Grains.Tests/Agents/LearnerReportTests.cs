using Archer.Client;
using Archer.Client.Agents;
using Archer.Grains.Agents;
using Archer.Grains.History;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Agents;

/// <summary>A report that cannot be true is refused, and changes nothing that was there.</summary>
public sealed class LearnerReportTests : IAsyncLifetime
{
    private static readonly LearnerReport Good = new() { Run = "r", Step = 7, EpisodesConsumed = 40, Position = 400, CriticLoss = 0.5, ActorLoss = -0.25 };
    private GrainPlatform _platform = null!;

    private IAgentGrain Agent => _platform.AgentGrain;

    public static TheoryData<string, Func<LearnerReport, LearnerReport>> Impossible => new()
    {
        { "step", report => report with { Step = 999_999_999 } },
        { "step", report => report with { Run = "other", Step = 20_000_000 } },
        { "step", report => report with { Step = 6 } },
        { "step", report => report with { Step = -1 } },
        { "episodes_consumed", report => report with { EpisodesConsumed = 39 } },
        { "episodes_consumed", report => report with { EpisodesConsumed = long.MaxValue / 2 } },
        { "position", report => report with { Position = 399 } },
        { "critic_loss", report => report with { CriticLoss = 1e30 } },
        { "critic_loss", report => report with { CriticLoss = double.NaN } },
        { "actor_loss", report => report with { ActorLoss = -1e30 } },
        { "actor_loss", report => report with { ActorLoss = double.NegativeInfinity } },
        { "samples_per_insert", report => report with { SamplesPerInsert = 1e30 } },
        { "discount", report => report with { Discount = 1.5 } },
        { "advantage_lambda", report => report with { AdvantageLambda = double.NaN } },
    };

    public async Task InitializeAsync() => _platform = await GrainPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task Report_ThatCannotBeTrue_IsRefusedAndLeavesTheCurves(string member, Func<LearnerReport, LearnerReport> change)
    {
        await Agent.ReportLearnerAsync(Good);
        var history = _platform.Grains.GetGrain<IAgentHistoryGrain>(GrainPlatform.Agent);
        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Learner.Length == 1, "the first report in the curve");

        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Agent.ReportLearnerAsync(change(Good)));

        Assert.Contains(refusal.Problems, problem => problem.StartsWith(member + ": ", StringComparison.Ordinal));
        await Agent.ReportLearnerAsync(Good with { Step = 8 });
        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Learner.Length == 2, "the next report in the curve");
        Assert.Equal([7, 8], (await history.ReadAsync()).Learner.Select(point => point.Step));
        Assert.Equal(0.5, (await Agent.GetMetricsAsync()).CriticLoss);
    }

    [Fact]
    public async Task Report_SentAgain_IsTaken()
    {
        await Agent.ReportLearnerAsync(Good);

        await Agent.ReportLearnerAsync(Good);

        Assert.Equal(7, (await Agent.GetMetricsAsync()).LearnerStep);
    }

    [Fact]
    public async Task Report_OfAnotherRunFromAnEarlierState_IsTaken()
    {
        await Agent.ReportLearnerAsync(Good);

        await Agent.ReportLearnerAsync(Good with { Run = "second", Step = 3, EpisodesConsumed = 20, Position = 200 });

        Assert.Equal(3, (await Agent.GetMetricsAsync()).LearnerStep);
    }

    [Fact]
    public async Task Announcement_OfAStepFarAhead_IsRefused()
    {
        await Agent.ReportLearnerAsync(Good);

        await Assert.ThrowsAsync<InvalidRequestException>(() => Agent.AnnounceAsync(new AnnounceVersion { Version = "v000001", Step = 20_000_000 }));

        Assert.Empty((await Agent.ReadAsync()).Versions);
    }

    [Fact]
    public void Validate_LargeRewards_AllowTheLossesThatTheyMake()
    {
        var report = Good with { CriticLoss = 1e9 };

        Assert.Empty(LearnerReportRules.Validate(report, new AgentDefinition { Name = "a" }, before: null));
        Assert.NotEmpty(LearnerReportRules.Validate(report, new AgentDefinition { Name = "a", MinimumReward = -1, MaximumReward = 1 }, before: null));
    }

    [Theory]
    [InlineData(0, 0, 90_000_000, true)]
    [InlineData(100, 0, 10_100, true)]
    [InlineData(100, 0, 10_101, false)]
    [InlineData(100, 10, 20_100, true)]
    [InlineData(100, -10, 10_101, false)]
    public void RequireReachable_ByWhatIsKnownAndTheTimeSince(long known, int seconds, long step, bool expected)
    {
        var refusal = Record.Exception(() => LearnerReportRules.RequireReachable(step, known, TimeSpan.FromSeconds(seconds)));

        Assert.Equal(expected, refusal is null);
    }
}
