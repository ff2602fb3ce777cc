using Archer.Policy.Generation;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Trainer.Episodes;

namespace Archer.Trainer.Learning;

/// <summary>The actor, the reference policy that it stays near, and its optimiser.</summary>
internal sealed class ActorTrainer : IDisposable
{
    private readonly ITensorBackend _backend;
    private readonly ActorOptions _options;
    private readonly float[] _mask;

    /// <param name="backend">Where it computes.</param>
    /// <param name="actor">Learns.</param>
    /// <param name="reference">Stays as it is.</param>
    /// <param name="mask">What generation never says. Recorded log-probabilities are over the other tokens, so these are too.</param>
    /// <param name="options">Settings.</param>
    public ActorTrainer(ITensorBackend backend, LlamaDecoder actor, LlamaDecoder reference, GenerationMask mask, ActorOptions options)
    {
        _mask = mask.CreateBias(actor.Config.VocabularySize);
        _backend = backend;
        _options = options;
        Actor = actor;
        Reference = reference;
        Optimizer = backend.CreateAdamW(actor.Parameters, new AdamWOptions { LearningRate = options.LearningRate, ClipNorm = options.ClipNorm });
    }

    public LlamaDecoder Actor { get; }

    public LlamaDecoder Reference { get; }

    public IOptimizer Optimizer { get; }

    /// <summary>One step on a batch; does nothing when the batch has no token to learn from.</summary>
    /// <param name="batch">Episodes.</param>
    /// <param name="advantages">At every turn: [turns].</param>
    /// <param name="divergenceWeight">Weight of the divergence from the reference.</param>
    /// <param name="stepSize">Of this step; null for the one at the start.</param>
    public ActorStep? Step(EpisodeBatch batch, ReadOnlySpan<float> advantages, float divergenceWeight, float? stepSize = null)
    {
        var count = batch.TokenRows.Length;
        if (count == 0)
        {
            return null;
        }

        float[] gains = new float[count], weights = new float[count];
        Array.Fill(weights, 1f / count);
        int[] turns = batch.TokenObservations, rows = batch.TokenRows;
        for (var i = 0; i < count; i++)
        {
            gains[i] = advantages[turns[i]];
        }

        using var step = _backend.BeginStep();
        var bias = _backend.Constant(_mask, 1, _mask.Length);
        var logits = Actor.LogitsAt(Actor.Hidden(batch.Tokens), rows, bias);
        var logProbabilities = _backend.SelectLogProbabilities(logits, batch.TokenTargets);
        var objective = Objective(logProbabilities, batch.RecordedLogProbabilities, gains, weights);
        var divergence = ActorLoss.Divergence(_backend, logits, Reference.LogitsAt(Reference.Hidden(batch.Tokens), rows, bias), weights);
        var loss = _backend.Add(objective, _backend.Affine(divergence, divergenceWeight));
        _backend.Backward(loss);
        var clipped = ClipFraction(logProbabilities.Values, batch.RecordedLogProbabilities);
        var norm = Optimizer.Step(stepSize);
        return new ActorStep(Finite.Require(loss.Scalar, "The actor's loss"), divergence.Scalar, clipped, norm);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Reference.Parameters.Dispose();
        Actor.Parameters.Dispose();
    }

    private Tensor Objective(Tensor logProbabilities, float[] recorded, float[] gains, float[] weights) => _options.Objective switch
    {
        ActorObjective.PpoClip => ActorLoss.PpoClip(_backend, logProbabilities, recorded, gains, weights, _options.ClipRange),
        ActorObjective.AdvantageWeighted => ActorLoss.AdvantageWeighted(_backend, logProbabilities, gains, weights, _options.InverseTemperature),
        _ => ActorLoss.Reinforce(_backend, logProbabilities, gains, weights),
    };

    private float ClipFraction(ReadOnlySpan<float> now, ReadOnlySpan<float> recorded)
    {
        var outside = 0;
        for (var i = 0; i < now.Length; i++)
        {
            if (MathF.Abs(MathF.Exp(MathF.Min(now[i] - recorded[i], ActorLoss.MaximumLogRatio)) - 1) > _options.ClipRange)
            {
                outside++;
            }
        }
        return (float)outside / now.Length;
    }
}

/// <summary>What one step of the actor showed.</summary>
/// <param name="Loss">Objective and weighted divergence.</param>
/// <param name="Divergence">Nats per token.</param>
/// <param name="ClipFraction">Share of tokens whose ratio was outside the clip range.</param>
/// <param name="GradientNorm">Before clipping.</param>
internal sealed record ActorStep(float Loss, float Divergence, float ClipFraction, float GradientNorm);
