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

    /// <summary>
    /// Σ_i weight_i · |τ − 1(u_i &lt; 0)| · u_i², u_i = target_i − prediction_i, the target without gradient (arXiv 2110.06169, eq. 5).
    /// </summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="predictions">[n, 1].</param>
    /// <param name="targets">[n].</param>
    /// <param name="weights">[n].</param>
    /// <param name="expectile">τ in [0, 1]; above 0.5 a prediction that is too low costs more.</param>
    public static Tensor Expectile(ITensorBackend backend, Tensor predictions, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, float expectile)
    {
        var values = predictions.Values;
        var uneven = new float[weights.Length];
        for (var i = 0; i < uneven.Length; i++)
        {
            uneven[i] = weights[i] * (targets[i] < values[i] ? 1 - expectile : expectile);
        }

        return SquaredError(backend, predictions, targets, uneven);
    }

    /// <summary>L = L_Q1 + L_Q2 + L_V1 + L_V2.</summary>
    /// <param name="backend">Where it computes.</param>
    /// <param name="output">Of the critic.</param>
    /// <param name="targets">Without gradient.</param>
    /// <param name="weights">[n].</param>
    /// <param name="expectile">Of L_V1 and L_V2; null for squared errors.</param>
    public static Tensor Twin(ITensorBackend backend, CriticOutput output, CriticTargets targets, ReadOnlySpan<float> weights, float? expectile = null)
    {
        var values = expectile is { } tau
            ? backend.Add(Expectile(backend, output.V1, targets.V1, weights, tau), Expectile(backend, output.V2, targets.V2, weights, tau))
            : backend.Add(SquaredError(backend, output.V1, targets.V1, weights), SquaredError(backend, output.V2, targets.V2, weights));
        var actionValues = backend.Add(
            SquaredError(backend, output.Q1, targets.Q1, weights),
            SquaredError(backend, output.Q2, targets.Q2, weights));
        return backend.Add(values, actionValues);
    }
}
