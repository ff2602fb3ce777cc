using Archer.Policy.Checkpoints;
using Archer.Policy.Tensors;
using Archer.Testing;
using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;

namespace Archer.Trainer.Tests.Learning;

/// <summary>The learner, on whichever backend.</summary>
public abstract class LearnerContract : IDisposable
{
    private protected static readonly LearnerOptions Options = new()
    {
        EpisodesPerIteration = 8,
        ReplayEpisodes = 24,
        Seed = 3,
        Critic = new CriticOptions { BatchEpisodes = 6, StepsPerIteration = 2, HeadSize = 8 },
        Actor = new ActorOptions { DivergenceEpisodes = 64 },
    };

    private readonly ITensorBackend _backend;

    protected LearnerContract(ITensorBackend backend) => _backend = backend;

    [Fact]
    public void SameEpisodes_GiveTheSameWeightsToTheBit()
    {
        using LearnerRun first = LearnerRun.Start(_backend, Options), second = LearnerRun.Start(_backend, Options);

        first.Iterate(3);
        second.Iterate(3);

        Assert.Equal(first.Weights(), second.Weights());
    }

    [Fact]
    public void InterruptedRun_GoesOnBitForBit()
    {
        using var directory = new TemporaryDirectory();
        var store = new CheckpointStore(directory.Path, "agent", TimeProvider.System);
        using LearnerRun straight = LearnerRun.Start(_backend, Options), before = LearnerRun.Start(_backend, Options);
        straight.Iterate(5);
        before.Iterate(2);
        var version = store.Write(new CheckpointDraft { Files = LearnerStateFiles.Files(before.Learner, "v000007") }).Version;

        using var after = LearnerRun.Start(_backend, Options);
        var progress = LearnerStateFiles.Restore(after.Learner, store.Open(version));
        after.FeedThrough(progress.Position);
        after.Iterate(3);

        Assert.Equal("v000007", progress.PublishedVersion);
        Assert.Equal(straight.Weights(), after.Weights());
        Assert.Equal(straight.Learner.Progress(null), after.Learner.Progress(null));
    }

    [Fact]
    public void Warmup_LeavesTheActorAlone_AndTheCriticLearns()
    {
        using var run = LearnerRun.Start(_backend, Options with { Actor = Options.Actor with { WarmupIterations = 1 } });
        float[] before = [.. Values(run.Learner.Actor.Parameters)];

        IterationReport first = run.Iterate(1), second = run.Iterate(1);

        Assert.Null(first.ActorLoss);
        Assert.NotNull(first.CriticLoss);
        Assert.NotNull(second.ActorLoss);
        Assert.NotEqual(before, [.. Values(run.Learner.Actor.Parameters)]);
    }

    [Fact]
    public void FirstStep_StartsAtTheReference()
    {
        using var run = LearnerRun.Start(_backend, Options with { Actor = Options.Actor with { Minibatches = 1 } });

        Assert.Equal(0, run.Iterate(1).Divergence!.Value, 1e-6);
        Assert.True(run.Iterate(1).Divergence > 1e-6);
    }

    [Fact]
    public void Limiter_LetsTheCriticRestWhenItHasDrawnEnough()
    {
        using var run = LearnerRun.Start(_backend, Options with { SamplesPerInsert = 0.9f });

        var report = run.Iterate(1);

        Assert.InRange(report.SamplesPerInsert, 0.1, 0.9);
        Assert.True(run.Learner.CriticTrainer.Optimizer.Steps < Options.Critic.StepsPerIteration);
    }

    [Theory]
    [InlineData(ActorObjective.Reinforce, AdvantageRule.ActionValue, CriticTargetRule.TemporalDifference)]
    [InlineData(ActorObjective.AdvantageWeighted, AdvantageRule.ActionValue, CriticTargetRule.ImplicitQLearning)]
    [InlineData(ActorObjective.PpoClip, AdvantageRule.Return, CriticTargetRule.LambdaReturn)]
    [InlineData(ActorObjective.PpoClip, AdvantageRule.Generalized, CriticTargetRule.LambdaReturn)]
    public void EveryRule_BringsValuesNearTheReturns(ActorObjective objective, AdvantageRule advantage, CriticTargetRule targets)
    {
        var options = Options with
        {
            Actor = Options.Actor with { Objective = objective, Advantage = advantage },
            Critic = Options.Critic with { Targets = targets, StepsPerIteration = 8 },
            SamplesPerInsert = 100,
        };
        using LearnerRun untrained = LearnerRun.Start(_backend, options), trained = LearnerRun.Start(_backend, options);

        trained.Iterate(12);

        double before = ErrorOfValues(untrained.Learner, trained.Learner.Buffer), after = ErrorOfValues(trained.Learner, trained.Learner.Buffer);
        Assert.True(after < 0.9 * before, $"The error of V went from {before} to {after}.");
    }

    [Fact]
    public void InTaskUnits_UndoesTheRewardScale()
    {
        using var run = LearnerRun.Start(_backend, Options);
        run.Iterate(1);
        var batch = new EpisodeBatch(run.Learner.Buffer.Episodes);
        var scaled = CriticStart.InTaskUnits(run.Learner.Critic, 0.1f);
        using var step = _backend.BeginStep(record: false);

        var values = run.Learner.Critic.Evaluate(batch.Tokens, batch.ObservationRows, batch.UtteranceRows).V1.Values.ToArray();
        var published = scaled.Evaluate(batch.Tokens, batch.ObservationRows, batch.UtteranceRows).V1.Values.ToArray();

        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(10 * values[i], published[i], 1e-3);
        }

        scaled.Parameters.Dispose();
    }

    [Theory]
    [InlineData(0, 1e-3f)]
    [InlineData(8_192, 6.5e-4f)]
    [InlineData(16_384, 3e-4f)]
    [InlineData(1_000_000, 3e-4f)]
    public void StepSize_FallsToItsShareAndStaysThere(long episodes, float expected) => Assert.Equal(expected, new ActorOptions().StepSize(episodes), 1e-7f);

    [Fact]
    public void StepSize_OfNothing_LeavesTheActorAlone()
    {
        using var run = LearnerRun.Start(_backend, Options with { Actor = Options.Actor with { LearningRateLeft = 0, LearningRateEpisodes = 1 } });
        float[] before = [.. run.Learner.Actor.Parameters.SelectMany(parameter => parameter.Tensor.Values.ToArray())];

        run.Iterate(2);

        Assert.Equal(before, run.Learner.Actor.Parameters.SelectMany(parameter => parameter.Tensor.Values.ToArray()));
    }

    [Fact]
    public void Options_ListEveryProblem()
    {
        var options = new LearnerOptions { Discount = 2, ReplayEpisodes = 8, Actor = new ActorOptions { LearningRate = -1 } };

        var refused = Assert.Throws<ArgumentException>(options.Validate);

        Assert.Equal(
            "The learner's options are not usable: ReplayEpisodes is 8, expected at least EpisodesPerIteration, 64; "
            + "Discount is 2, expected a number from 0 to 1; Actor.LearningRate is -1, expected a number greater than 0.",
            refused.Message);
    }

    public virtual void Dispose()
    {
        _backend.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Root mean square of V − discounted return over the buffer, both in scaled units.</summary>
    private static double ErrorOfValues(Learner learner, EpisodeBuffer buffer)
    {
        var batch = new EpisodeBatch(buffer.Episodes);
        (var values, _) = learner.CriticTrainer.Minima(batch);
        var returns = new BatchTargets(learner.Options.Discount, learner.Options.RewardScale).LambdaReturns(batch, values, lambda: 1);
        return Math.Sqrt(values.Zip(returns, (value, goal) => (value - goal) * (double)(value - goal)).Average());
    }

    private static IEnumerable<float> Values(ParameterSet parameters) => parameters.SelectMany(parameter => parameter.Tensor.Values.ToArray());
}
