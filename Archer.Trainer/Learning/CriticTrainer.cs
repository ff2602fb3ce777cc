using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Trainer.Episodes;

namespace Archer.Trainer.Learning;

/// <summary>The critic, its target and its optimiser.</summary>
internal sealed class CriticTrainer : IDisposable
{
    private readonly ITensorBackend _backend;
    private readonly CriticOptions _options;
    private readonly BatchTargets _targets;

    public CriticTrainer(ITensorBackend backend, Critic critic, LearnerOptions learner)
    {
        _backend = backend;
        _options = learner.Critic;
        _targets = new BatchTargets(learner.Discount, learner.RewardScale);
        Critic = critic;
        Target = critic.CreateTarget();
        Optimizer = backend.CreateAdamW(critic.Parameters, new AdamWOptions { LearningRate = _options.LearningRate, ClipNorm = _options.ClipNorm });
    }

    public Critic Critic { get; }

    public Critic Target { get; }

    public IOptimizer Optimizer { get; }

    /// <summary>One step on a batch, then the Polyak update.</summary>
    /// <exception cref="ArithmeticException">The loss or the gradient is not finite.</exception>
    public CriticStep Step(EpisodeBatch batch)
    {
        var step = Descend(batch);
        Target.Parameters.BlendFrom(Critic.Parameters, _options.PolyakTau);
        return step;
    }

    /// <summary>min(V1, V2) and min(Q1, Q2) of the online critic at every turn: [turns] each.</summary>
    public (float[] Values, float[] ActionValues) Minima(EpisodeBatch batch)
    {
        using var step = _backend.BeginStep(record: false);
        var output = Critic.Evaluate(batch.Tokens, batch.ObservationRows, batch.UtteranceRows);
        return (_backend.Minimum(output.V1, output.V2).Values.ToArray(), _backend.Minimum(output.Q1, output.Q2).Values.ToArray());
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Target.Parameters.Dispose();
        Critic.Parameters.Dispose();
    }

    private CriticStep Descend(EpisodeBatch batch)
    {
        using var step = _backend.BeginStep();
        var goals = Targets(batch, Target.Evaluate(batch.Tokens, batch.ObservationRows, batch.UtteranceRows));
        var output = Critic.Evaluate(batch.Tokens, batch.ObservationRows, batch.UtteranceRows);
        var loss = CriticLoss.Twin(_backend, output, goals, batch.Weights, _options.Targets == CriticTargetRule.ImplicitQLearning ? _options.Expectile : null);
        _backend.Backward(loss);
        var norm = Optimizer.Step();
        return new CriticStep(Finite.Require(loss.Scalar, "The critic's loss"), norm);
    }

    private CriticTargets Targets(EpisodeBatch batch, CriticOutput target)
    {
        var oneStep = _options.Targets != CriticTargetRule.LambdaReturn;
        var lambda = oneStep ? 0 : _options.Lambda;
        var first = _targets.LambdaReturns(batch, target.V1.Values, lambda);
        var second = _targets.LambdaReturns(batch, target.V2.Values, lambda);
        return oneStep
            ? new CriticTargets(target.Q1.Values.ToArray(), target.Q2.Values.ToArray(), first, second)
            : new CriticTargets(first, second, first, second);
    }
}

/// <summary>What one step of the critic showed.</summary>
/// <param name="Loss">L_Q1 + L_Q2 + L_V1 + L_V2.</param>
/// <param name="GradientNorm">Before clipping.</param>
internal sealed record CriticStep(float Loss, float GradientNorm);
