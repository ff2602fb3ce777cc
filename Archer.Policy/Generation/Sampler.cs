using System.Collections.Immutable;
using System.Numerics.Tensors;
using Archer.Client.Policies;

namespace Archer.Policy.Generation;

/// <summary>
/// Draws one token: mask, temperature, top-k, top-p, then the inverse of the distribution function at a given uniform number.
/// Probabilities are those of the distribution after all of that; temperature 0 is a point mass (log-probability 0).
/// Holds its working memory: one instance per thread.
/// </summary>
internal sealed class Sampler(int vocabularySize)
{
    /// <summary>Below this the division would overflow; the distribution is a point mass long before.</summary>
    private const float Greedy = 1e-5f;

    private readonly float[] _weights = new float[vocabularySize];
    private readonly int[] _kept = new int[vocabularySize];

    /// <param name="logits">Shape [V]; overwritten.</param>
    /// <param name="settings">Temperature, top-k and top-p.</param>
    /// <param name="uniform">In [0, 1).</param>
    /// <param name="alternatives">How many of the most likely ids to report.</param>
    /// <exception cref="GenerationFailedException">No logit is finite, or one is NaN or +∞.</exception>
    public GeneratedToken Sample(Span<float> logits, SamplingSettings settings, double uniform, int alternatives)
    {
        var best = TensorPrimitives.IndexOfMax<float>(logits);
        if (!float.IsFinite(logits[best]))
        {
            throw new GenerationFailedException(
                $"The policy's logits are not finite (largest is {logits[best]}): the checkpoint is damaged or diverged.");
        }

        if (settings.Temperature < Greedy)
        {
            return new GeneratedToken(best, 0f, alternatives == 0 ? default : [new ScoredToken(best, 0f)]);
        }

        TensorPrimitives.Subtract(logits, logits[best], logits);
        TensorPrimitives.Multiply(logits, 1f / settings.Temperature, logits);
        TensorPrimitives.Exp(logits, _weights);

        var candidates = Keep(settings);
        var total = Sum(candidates);
        var chosen = Pick(candidates, uniform * total);
        var logTotal = Math.Log(total);
        return new GeneratedToken(chosen, (float)(logits[chosen] - logTotal), Best(candidates, alternatives, logits, logTotal));
    }

    /// <summary>The ids that top-k and top-p leave, most likely first, ties by id; every id in order when both are off.</summary>
    private ReadOnlySpan<int> Keep(SamplingSettings settings)
    {
        var cutTop = settings.TopK > 0 && settings.TopK < _weights.Length;
        if (!cutTop && settings.TopP >= 1f)
        {
            return Positive(0f);
        }

        // Ids below this weight hold less than 1 − p together, so top-p alone never needs them.
        var floor = cutTop ? 0f : (1f - settings.TopP) * TensorPrimitives.Sum<float>(_weights) / _weights.Length * 0.5f;
        var ids = Positive(floor);
        ids.Sort((a, b) => _weights[a] != _weights[b] ? _weights[b].CompareTo(_weights[a]) : a.CompareTo(b));
        if (cutTop && ids.Length > settings.TopK)
        {
            ids = ids[..settings.TopK];
        }

        return settings.TopP >= 1f ? ids : Nucleus(ids, settings.TopP, cutTop ? Sum(ids) : TensorPrimitives.Sum<float>(_weights));
    }

    private Span<int> Positive(float floor)
    {
        var count = 0;
        for (var id = 0; id < _weights.Length; id++)
        {
            if (_weights[id] > floor)
            {
                _kept[count++] = id;
            }
        }

        return _kept.AsSpan(0, count);
    }

    /// <summary>The fewest leading ids whose share reaches p; at least one.</summary>
    private ReadOnlySpan<int> Nucleus(ReadOnlySpan<int> ids, float p, double total)
    {
        var sum = 0.0;
        for (var i = 0; i < ids.Length; i++)
        {
            sum += _weights[ids[i]];
            if (sum >= p * total)
            {
                return ids[..(i + 1)];
            }
        }

        return ids;
    }

    private double Sum(ReadOnlySpan<int> ids)
    {
        var sum = 0.0;
        foreach (var id in ids)
        {
            sum += _weights[id];
        }

        return sum;
    }

    private int Pick(ReadOnlySpan<int> ids, double target)
    {
        var sum = 0.0;
        foreach (var id in ids)
        {
            sum += _weights[id];
            if (target < sum)
            {
                return id;
            }
        }

        return ids[^1];
    }

    private ImmutableArray<ScoredToken> Best(ReadOnlySpan<int> ids, int count, ReadOnlySpan<float> scaled, double logTotal)
    {
        if (count == 0)
        {
            return default;
        }

        var order = ids.ToArray();
        Array.Sort(order, (a, b) => _weights[a] != _weights[b] ? _weights[b].CompareTo(_weights[a]) : a.CompareTo(b));
        var best = ImmutableArray.CreateBuilder<ScoredToken>(Math.Min(count, order.Length));
        foreach (var id in order.AsSpan(0, Math.Min(count, order.Length)))
        {
            best.Add(new ScoredToken(id, (float)(scaled[id] - logTotal)));
        }

        return best.MoveToImmutable();
    }
}
