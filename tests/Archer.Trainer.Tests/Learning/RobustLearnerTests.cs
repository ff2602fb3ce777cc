using Archer.Policy.Tensors;
using Archer.Replay;
using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;
using Archer.Trainer.Tests.Episodes;

namespace Archer.Trainer.Tests.Learning;

/// <summary>No number from outside spoils a step.</summary>
public sealed class RobustLearnerTests : IDisposable
{
    private static readonly LearnerOptions Options = new()
    {
        EpisodesPerIteration = 12,
        ReplayEpisodes = 12,
        Seed = 3,
        Critic = new CriticOptions { BatchEpisodes = 6, StepsPerIteration = 2, HeadSize = 8 },
    };

    private readonly ITensorBackend _backend = TensorBackends.Cpu();

    [Theory]
    [InlineData(ActorObjective.PpoClip)]
    [InlineData(ActorObjective.Reinforce)]
    [InlineData(ActorObjective.AdvantageWeighted)]
    public void ImprobableLogProbabilities_LeaveAStepInItsBand(ActorObjective objective)
    {
        var options = Options with { Actor = new ActorOptions { Objective = objective } };

        var report = Iterate(options, (row, i) => i % 3 == 0 ? WithLogProbability(row, -9999) : row, out var weights);

        Assert.Null(report.Pause);
        Assert.InRange(Math.Abs(report.ActorLoss!.Value), 0, 1000);
        Assert.InRange(report.GradientNorm, 0, 1000);
        Assert.All(weights, value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(EpisodeIntakeTests.Impossible), MemberType = typeof(EpisodeIntakeTests))]
    public void ImpossibleConversation_IsNeverDrawn_AndTheOthersAreLearnedFrom(string fault, EpisodeDefect defect)
    {
        var report = Iterate(Options, (row, i) => row.Key.Conversation == "c11" ? EpisodeIntakeTests.Broken(fault, row) : row, out var weights);

        Assert.True(Enum.IsDefined(defect));
        Assert.Equal(12, report.EpisodesConsumed);
        Assert.Null(report.Pause);
        Assert.True(double.IsFinite(report.MeanReturn));
        Assert.DoesNotContain("c11", report.Replayed.Keys);
        Assert.All(weights, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void OneHugeReward_LeavesTheCriticsLossNearThatOfTheLimit()
    {
        var report = Iterate(Options, (row, i) => i == 4 ? row with { Reward = 1e9f } : row, out _);

        // (0.1 · 1000)² and four heads bound the mean over turns.
        Assert.InRange(report.CriticLoss!.Value, 0, 4 * 100 * 100 * 1.5);
        Assert.InRange(report.MeanReturn, -1000, 1000);
    }

    [Fact]
    public void EqualRewards_LeaveTheActorAlone()
    {
        var report = Iterate(Options, (row, i) => row with { Reward = 0 }, out var weights);

        Assert.Equal(ActorPause.NoSignal, report.Pause);
        Assert.Null(report.ActorLoss);
        Assert.NotNull(report.CriticLoss);
        Assert.True(report.AdvantageDeviation > 0, "the critic's noise alone");
        var policy = SampleEpisodes.Policy(_backend);
        Assert.Equal(policy.Parameters.SelectMany(parameter => parameter.Tensor.Values.ToArray()), weights);
        policy.Parameters.Dispose();
    }

    [Fact]
    public void AdvantagesBelowTheFloor_LeaveTheActorAlone()
    {
        var options = Options with { Actor = new ActorOptions { AdvantageFloor = 1e6f } };

        var report = Iterate(options, (row, i) => row, out _);

        Assert.Equal(ActorPause.NoSignal, report.Pause);
        Assert.Null(Iterate(Options, (row, i) => row, out _).Pause);
    }

    [Fact]
    public void OnlyOtherSampling_LeavesTheActorAlone()
    {
        var report = Iterate(
            Options, (row, i) => row with { Utterance = row.Utterance with { Sampling = row.Utterance.Sampling with { Temperature = 0.7f } } }, out _);

        Assert.Equal(ActorPause.NoTokens, report.Pause);
        Assert.NotNull(report.CriticLoss);
    }

    public void Dispose() => _backend.Dispose();

    private static ReplayRow WithLogProbability(ReplayRow row, float value) =>
        row with { Utterance = row.Utterance with { LogProbabilities = [.. row.Utterance.LogProbabilities.Select(_ => value)] } };

    private IterationReport Iterate(LearnerOptions options, Func<ReplayRow, int, ReplayRow> change, out float[] actor, int conversations = 12)
    {
        var policy = SampleEpisodes.Policy(_backend);
        var intake = new EpisodeIntake { Positions = 64, Vocabulary = SampleEpisodes.Vocabulary, RewardLimit = options.RewardLimit };
        var buffer = new EpisodeBuffer(options.ReplayEpisodes, intake);
        using var learner = new Learner(_backend, policy, Archer.Policy.Generation.GenerationMask.None, buffer, options);
        Episode[] fresh =
        [
            .. SampleEpisodes.Log(conversations, seed: 11).Select((entry, i) => buffer.Take(entry with { Row = change(entry.Row!, i) })).OfType<Episode>(),
        ];
        var report = learner.Iterate(fresh);
        actor = [.. learner.Actor.Parameters.SelectMany(parameter => parameter.Tensor.Values.ToArray())];
        policy.Parameters.Dispose();
        return report;
    }
}
