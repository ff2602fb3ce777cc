namespace Archer.Policy.Tensors;

/// <summary>Checks of operands that every backend makes, with one wording.</summary>
internal static class TensorArguments
{
    public static void RequireShape(Tensor x, int rows, int columns, string name)
    {
        if (x.Rows != rows || x.Columns != columns)
        {
            throw new ArgumentException($"{name} has shape [{x.Rows}, {x.Columns}], expected [{rows}, {columns}].");
        }
    }

    public static void RequireIndices(ReadOnlySpan<int> indices, int limit, string what)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)limit)
            {
                throw new ArgumentException($"{what} {i} is {indices[i]}, expected 0 to {limit - 1}.");
            }
        }
    }

    public static void RequireLoss(Tensor loss)
    {
        if (loss.Rows != 1 || loss.Columns != 1)
        {
            throw new ArgumentException($"A loss is [1, 1], got [{loss.Rows}, {loss.Columns}].", nameof(loss));
        }
    }

    public static void RequireLinear(Tensor x, Tensor weight, Tensor? bias, Tensor? residual)
    {
        RequireShape(weight, weight.Rows, x.Columns, "weight");
        if (bias is not null)
        {
            RequireShape(bias, 1, weight.Rows, "bias");
        }

        if (residual is not null)
        {
            RequireShape(residual, x.Rows, weight.Rows, "residual");
        }

        if (bias is not null && residual is not null)
        {
            throw new ArgumentException("A linear layer takes a bias or a residual, not both.", nameof(residual));
        }
    }

    public static void RequireAttention(Tensor queries, Tensor keys, Tensor values, PackedTokens tokens, AttentionShape shape)
    {
        if (shape.KeyValueHeads <= 0 || shape.Heads <= 0 || shape.Heads % shape.KeyValueHeads != 0)
        {
            throw new ArgumentException($"Attention has {shape.Heads} query heads, expected a multiple of its {shape.KeyValueHeads} key heads.", nameof(shape));
        }

        if (shape.HeadSize <= 0 || shape.HeadSize % 2 != 0)
        {
            throw new ArgumentException($"A head has size {shape.HeadSize}, expected a positive even number.", nameof(shape));
        }

        if (tokens.Count == 0)
        {
            throw new ArgumentException("Attention needs at least one sequence.", nameof(tokens));
        }

        RequireShape(queries, tokens.Count, shape.Heads * shape.HeadSize, "queries");
        RequireShape(keys, tokens.Count, shape.KeyValueHeads * shape.HeadSize, "keys");
        RequireShape(values, tokens.Count, shape.KeyValueHeads * shape.HeadSize, "values");
        if (tokens.MaxSequence > shape.MaxPositions)
        {
            throw new ArgumentException($"A sequence has {tokens.MaxSequence} tokens, attention reaches {shape.MaxPositions}.", nameof(tokens));
        }
    }

    public static void RequireTargets(Tensor logits, ReadOnlySpan<int> targets)
    {
        if (targets.Length != logits.Rows)
        {
            throw new ArgumentException($"Expected {logits.Rows} targets, got {targets.Length}.", nameof(targets));
        }

        RequireIndices(targets, logits.Columns, "target");
    }

    public static void RequireSegments(Tensor x, ReadOnlySpan<int> starts)
    {
        RequireShape(x, x.Rows, 1, "x");
        if (starts.Length < 2 || starts[0] != 0 || starts[^1] != x.Rows || !IsAscending(starts))
        {
            throw new ArgumentException($"Segment starts must ascend from 0 to {x.Rows}.", nameof(starts));
        }
    }

    public static void RequireLimits(float low, float high)
    {
        if (!(low <= high))
        {
            throw new ArgumentException($"The lower limit {low} is above the upper limit {high}.", nameof(low));
        }
    }

    public static void RequireWeights(Tensor x, ReadOnlySpan<float> weights)
    {
        if (weights.Length != x.Rows * x.Columns)
        {
            throw new ArgumentException($"Expected {x.Rows * x.Columns} weights, got {weights.Length}.", nameof(weights));
        }
    }

    public static void RequireCount(ReadOnlySpan<float> values, int rows, int columns)
    {
        if (rows < 0 || columns < 0)
        {
            throw new ArgumentException($"A tensor has shape [{rows}, {columns}], expected no negative size.", nameof(rows));
        }

        if (values.Length != (long)rows * columns)
        {
            throw new ArgumentException($"Expected {(long)rows * columns} values for a tensor [{rows}, {columns}], got {values.Length}.", nameof(values));
        }
    }

    public static void RequireMoments(string parameter, int count, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != count || second.Length != count)
        {
            throw new ArgumentException($"The moments of '{parameter}' have {first.Length} and {second.Length} numbers, expected {count}.", nameof(first));
        }
    }

    private static bool IsAscending(ReadOnlySpan<int> values)
    {
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
            {
                return false;
            }
        }
        return true;
    }
}
