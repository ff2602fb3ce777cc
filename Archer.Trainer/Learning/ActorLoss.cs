using Archer.Policy.Tensors;

namespace Archer.Trainer.Learning;

/// <summary>Losses of the actor over the tokens of utterances; pure. Every token has the advantage of its utterance.</summary>
public static class ActorLoss
{
    /// <summary>
    /// Greatest log-ratio whose exponential is taken: a ratio of 148. Beyond it a token has no gradient. The ratio of a token that the policy drew, an
    /// iteration or two ago, is far below; above it a recorded log-probability is wrong, and one token would outweigh its whole batch.
    /// </summary>
    public const float MaximumLogRatio = 5;

    /// <summary>
    /// Least log-probability that a loss counts; below it a token has no gradient. e^−100 is less than the smallest normal float32: no policy draws such
    /// a token.
    /// </summary>
    public const float MinimumLogProbability = -100;

    private const float MaximumImitation = 100;

    /// <summary>REINFORCE: −Σ_t weight_t · A_t · max(log π(a_t), −100) (arXiv 2402.19446, eq. 3, and <see cref="MinimumLogProbability"/>).</summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="logProbabilities">log π of the tokens acted: [n, 1].</param>
    /// <param name="advantages">A: [n].</param>
    /// <param name="weights">[n]; 1/n each gives the mean.</param>
    public static Tensor Reinforce(ITensorBackend backend, Tensor logProbabilities, ReadOnlySpan<float> advantages, ReadOnlySpan<float> weights)
    {
        var bounded = backend.Clamp(logProbabilities, MinimumLogProbability, float.MaxValue);
        var gains = backend.Multiply(bounded, backend.Constant(advantages, advantages.Length, 1));
        return backend.Affine(backend.WeightedSum(gains, weights), -1f);
    }

    /// <summary>
    /// Ratio clip: −Σ_t weight_t · min(ρ_t·A_t, clip(ρ_t, 1 − ε, 1 + ε)·A_t), ρ_t = π(a_t) / recorded probability (arXiv 1707.06347, eq. 7). The logarithm
    /// of ρ_t is at most <see cref="MaximumLogRatio"/>.
    /// </summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="logProbabilities">log π of the tokens acted: [n, 1].</param>
    /// <param name="recorded">Log-probabilities recorded at acting time: [n].</param>
    /// <param name="advantages">A: [n].</param>
    /// <param name="weights">[n]; 1/n each gives the mean.</param>
    /// <param name="range">ε.</param>
    public static Tensor PpoClip(
        ITensorBackend backend,
        Tensor logProbabilities,
        ReadOnlySpan<float> recorded,
        ReadOnlySpan<float> advantages,
        ReadOnlySpan<float> weights,
        float range)
    {
        var logRatios = backend.Subtract(logProbabilities, backend.Constant(recorded, recorded.Length, 1));
        var ratios = backend.Exp(backend.Clamp(logRatios, float.MinValue, MaximumLogRatio));
        var gains = backend.Constant(advantages, advantages.Length, 1);
        var free = backend.Multiply(ratios, gains);
        var clipped = backend.Multiply(backend.Clamp(ratios, 1 - range, 1 + range), gains);
        return backend.Affine(backend.WeightedSum(backend.Minimum(free, clipped), weights), -1f);
    }

    /// <summary>
    /// AWR: −Σ_t weight_t · min(exp(β·A_t), 100) · log π(a_t) (arXiv 2110.06169, eq. 7, and its bound).
    /// </summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="logProbabilities">log π of the tokens acted: [n, 1].</param>
    /// <param name="advantages">A: [n].</param>
    /// <param name="weights">[n]; 1/n each gives the mean.</param>
    /// <param name="scale">β.</param>
    public static Tensor AdvantageWeighted(
        ITensorBackend backend, Tensor logProbabilities, ReadOnlySpan<float> advantages, ReadOnlySpan<float> weights, float scale)
    {
        var imitation = new float[advantages.Length];
        for (var i = 0; i < imitation.Length; i++)
        {
            imitation[i] = MathF.Min(MathF.Exp(MathF.Min(scale * advantages[i], MaximumLogRatio)), MaximumImitation);
        }

        return Reinforce(backend, logProbabilities, imitation, weights);
    }

    /// <summary>Σ_t weight_t · KL(π(·|s_t) ‖ reference(·|s_t)): exact over the vocabulary, at the tokens' own observations.</summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="logits">Of the actor: [n, V].</param>
    /// <param name="reference">Of the reference policy: [n, V].</param>
    /// <param name="weights">[n]; 1/n each gives the mean.</param>
    public static Tensor Divergence(ITensorBackend backend, Tensor logits, Tensor reference, ReadOnlySpan<float> weights) =>
        backend.WeightedSum(backend.KullbackLeibler(logits, reference), weights);
}
