using Archer.Policy.Models;
using Archer.Policy.Tensors;

namespace Archer.Trainer.Learning;

/// <summary>Losses of the critic; pure.</summary>
public static class CriticLoss
{
    /// <summary>
    /// Σ_i weight_i · (prediction_i − target_i)², the target without gradient (arXiv 2402.19446, eq. 1 and 2; own twin, no minimum).
    /// </summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="predictions">[n, 1].</param>
    /// <param name="targets">[n].</param>
    /// <param name="weights">[n]: 1/count for turns that are learned from, 0 for others gives the mean.</param>
    public static Tensor SquaredError(ITensorBackend backend, Tensor predictions, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights) =>
        backend.WeightedSum(backend.Square(backend.Subtract(predictions, backend.Constant(targets, targets.Length, 1))), weights);

    /// <summary>L = L_Q1 + L_Q2 + L_V1 + L_V2.</summary>
    public static Tensor Twin(ITensorBackend backend, CriticOutput output, CriticTargets targets, ReadOnlySpan<float> weights)
    {
        Tensor values = backend.Add(
            SquaredError(backend, output.V1, targets.V1, weights),
            SquaredError(backend, output.V2, targets.V2, weights));
        Tensor actionValues = backend.Add(
            SquaredError(backend, output.Q1, targets.Q1, weights),
            SquaredError(backend, output.Q2, targets.Q2, weights));
        return backend.Add(values, actionValues);
    }
}
