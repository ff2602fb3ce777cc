using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Cpu;

/// <content>Element-wise operations and sums. They meet vectors of a few thousand numbers (losses), so they are plain loops.</content>
internal sealed unsafe partial class CpuBackend
{
    public Tensor Add(Tensor a, Tensor b) => Binary(a, b, static (x, y) => x + y, static (_, _) => (1f, 1f));

    public Tensor Subtract(Tensor a, Tensor b) => Binary(a, b, static (x, y) => x - y, static (_, _) => (1f, -1f));

    public Tensor Multiply(Tensor a, Tensor b) => Binary(a, b, static (x, y) => x * y, static (x, y) => (y, x));

    public Tensor Minimum(Tensor a, Tensor b) => Binary(a, b, MathF.Min, static (x, y) => x <= y ? (1f, 0f) : (0f, 1f));

    public Tensor Affine(Tensor x, float scale, float shift = 0f) => Unary(x, v => scale * v + shift, (_, _) => scale);

    public Tensor Exp(Tensor x) => Unary(x, MathF.Exp, static (_, y) => y);

    public Tensor Square(Tensor x) => Unary(x, static v => v * v, static (v, _) => 2f * v);

    public Tensor Relu(Tensor x) => Unary(x, static v => MathF.Max(v, 0f), static (v, _) => v > 0f ? 1f : 0f);

    public Tensor Clamp(Tensor x, float low, float high)
    {
        RequireLimits(low, high);
        return Unary(x, v => Math.Clamp(v, low, high), (v, _) => v >= low && v <= high ? 1f : 0f);
    }

    public Tensor Sum(Tensor x) => Weighted(Own(x), null, 1f);

    public Tensor Mean(Tensor x) => Weighted(Own(x), null, 1f / Own(x).Count);

    public Tensor WeightedSum(Tensor x, ReadOnlySpan<float> weights)
    {
        RequireWeights(x, weights);
        return Weighted(Own(x), weights.ToArray(), 1f);
    }

    public Tensor SegmentSum(Tensor x, ReadOnlySpan<int> starts)
    {
        RequireSegments(x, starts);
        var input = Own(x);
        var kept = starts.ToArray();
        var result = New(kept.Length - 1, 1, Records(input));
        for (var s = 0; s < result.Rows; s++)
        {
            double sum = 0;
            for (var row = kept[s]; row < kept[s + 1]; row++)
            {
                sum += input.Data[row];
            }

            result.Data[s] = (float)sum;
        }
        if (result.RequiresGradient)
        {
            Record(result, () =>
            {
                var slope = SlopeOf(input);
                for (var s = 0; s < result.Rows; s++)
                {
                    for (var row = kept[s]; row < kept[s + 1]; row++)
                    {
                        slope[row] += result.Slope[s];
                    }
                }
            });
        }
        return result;
    }

    private CpuTensor Weighted(CpuTensor input, float[]? weights, float scale)
    {
        var result = New(1, 1, Records(input));
        double sum = 0;
        for (var i = 0; i < input.Count; i++)
        {
            sum += weights is null ? input.Data[i] : (double)weights[i] * input.Data[i];
        }

        result.Data[0] = (float)(sum * scale);
        if (result.RequiresGradient)
        {
            Record(result, () =>
            {
                var slope = SlopeOf(input);
                var given = result.Slope[0] * scale;
                for (var i = 0; i < input.Count; i++)
                {
                    slope[i] += weights is null ? given : given * weights[i];
                }
            });
        }
        return result;
    }

    private CpuTensor Unary(Tensor x, Func<float, float> value, Func<float, float, float> derivative)
    {
        var input = Own(x);
        var result = New(input.Rows, input.Columns, Records(input));
        for (var i = 0; i < input.Count; i++)
        {
            result.Data[i] = value(input.Data[i]);
        }

        if (result.RequiresGradient)
        {
            Record(result, () =>
            {
                var slope = SlopeOf(input);
                for (var i = 0; i < input.Count; i++)
                {
                    slope[i] += result.Slope[i] * derivative(input.Data[i], result.Data[i]);
                }
            });
        }
        return result;
    }

    private CpuTensor Binary(Tensor a, Tensor b, Func<float, float, float> value, Func<float, float, (float, float)> derivative)
    {
        CpuTensor left = Own(a), right = Own(b);
        RequireShape(right, left.Rows, left.Columns, "b");
        var result = New(left.Rows, left.Columns, Records(left) || Records(right));
        for (var i = 0; i < left.Count; i++)
        {
            result.Data[i] = value(left.Data[i], right.Data[i]);
        }

        if (result.RequiresGradient)
        {
            Record(result, () =>
            {
                float* first = left.RequiresGradient ? SlopeOf(left) : null, second = right.RequiresGradient ? SlopeOf(right) : null;
                for (var i = 0; i < left.Count; i++)
                {
                    (var da, var db) = derivative(left.Data[i], right.Data[i]);
                    if (first != null)
                    {
                        first[i] += result.Slope[i] * da;
                    }

                    if (second != null)
                    {
                        second[i] += result.Slope[i] * db;
                    }
                }
            });
        }
        return result;
    }
}
