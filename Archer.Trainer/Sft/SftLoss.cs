using Archer.Policy.Tensors;

namespace Archer.Trainer.Sft;

/// <summary>The loss of behaviour cloning; pure.</summary>
public static class SftLoss
{
    /// <summary>Σ_t weight_t · −log π(token_t): the mean negative log-likelihood when the weights sum to 1.</summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="logits">[n, V].</param>
    /// <param name="targets">[n].</param>
    /// <param name="weights">[n].</param>
    public static Tensor NegativeLogLikelihood(ITensorBackend backend, Tensor logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights) =>
        backend.Affine(backend.WeightedSum(backend.SelectLogProbabilities(logits, targets), weights), -1f);
}
