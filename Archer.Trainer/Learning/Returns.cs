namespace Archer.Trainer.Learning;

/// <summary>
/// Targets and advantages of one episode; pure. With m learned turns, rewards are r[0 … m−1] and values V[0 … m], where V[m] is the value
/// of the observation after the last learned turn: 0 when the episode terminated, the bootstrap when it was truncated.
/// </summary>
public static class Returns
{
    /// <summary>
    /// λ-returns G_i = r_i + γ((1 − λ)·V[i+1] + λ·G_{i+1}), G_m = V[m] (Sutton and Barto, 2nd ed., eq. 12.18 and following).
    /// λ = 0 is the TD(0) target r_i + γ·V[i+1] (arXiv 2402.19446, eq. 1), λ = 1 the discounted return.
    /// </summary>
    /// <param name="rewards">r: [m].</param>
    /// <param name="values">V: [m + 1].</param>
    /// <param name="discount">γ per turn.</param>
    /// <param name="lambda">λ in [0, 1].</param>
    /// <param name="targets">G: [m], written.</param>
    public static void Lambda(ReadOnlySpan<float> rewards, ReadOnlySpan<float> values, float discount, float lambda, Span<float> targets)
    {
        RequireShapes(rewards, values, targets);
        var following = values[^1];
        for (var i = rewards.Length - 1; i >= 0; i--)
        {
            targets[i] = following = rewards[i] + discount * ((1 - lambda) * values[i + 1] + lambda * following);
        }
    }

    /// <summary>
    /// Generalised advantages A_i = δ_i + γλ·A_{i+1}, δ_i = r_i + γ·V[i+1] − V[i], with a whole utterance as one action (arXiv 1506.02438, eq. 16).
    /// Equal to the λ-return minus V[i].
    /// </summary>
    /// <param name="rewards">r: [m].</param>
    /// <param name="values">V: [m + 1].</param>
    /// <param name="discount">γ per turn.</param>
    /// <param name="lambda">λ in [0, 1].</param>
    /// <param name="advantages">A: [m], written.</param>
    public static void GeneralizedAdvantages(
        ReadOnlySpan<float> rewards, ReadOnlySpan<float> values, float discount, float lambda, Span<float> advantages)
    {
        RequireShapes(rewards, values, advantages);
        float following = 0;
        for (var i = rewards.Length - 1; i >= 0; i--)
        {
            var surprise = rewards[i] + discount * values[i + 1] - values[i];
            advantages[i] = following = surprise + discount * lambda * following;
        }
    }

    private static void RequireShapes(ReadOnlySpan<float> rewards, ReadOnlySpan<float> values, Span<float> output)
    {
        if (values.Length != rewards.Length + 1 || output.Length != rewards.Length)
        {
            throw new ArgumentException($"Expected {rewards.Length + 1} values and room for {rewards.Length} results after {rewards.Length} rewards, "
                + $"got {values.Length} and {output.Length}.");
        }
    }
}
