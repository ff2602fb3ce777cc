using TorchSharp;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Torch;

/// <content>Element-wise operations and sums; sums add in float64 as the managed backend does.</content>
internal sealed partial class TorchBackend
{
    public Tensor Add(Tensor a, Tensor b) => Binary(a, b, static (x, y) => x + y);

    public Tensor Subtract(Tensor a, Tensor b) => Binary(a, b, static (x, y) => x - y);

    public Tensor Multiply(Tensor a, Tensor b) => Binary(a, b, static (x, y) => x * y);

    // libtorch halves the gradient where both are equal; here it is a's. Not a number stays so through the inner minimum.
    public Tensor Minimum(Tensor a, Tensor b) => Binary(a, b, static (x, y) => torch.where(x.le(y), x, torch.minimum(x, y)));

    public Tensor Affine(Tensor x, float scale, float shift = 0f) => Unary(x, v => v * scale + shift);

    public Tensor Exp(Tensor x) => Unary(x, static v => v.exp());

    public Tensor Square(Tensor x) => Unary(x, static v => v.square());

    public Tensor Relu(Tensor x) => Unary(x, static v => v.relu());

    public Tensor Clamp(Tensor x, float low, float high)
    {
        RequireLimits(low, high);
        return Unary(x, v => v.clamp(low, high));
    }

    public Tensor Sum(Tensor x) => Total(x, 1.0);

    public Tensor Mean(Tensor x) => Total(x, 1.0 / (x.Rows * x.Columns));

    public Tensor WeightedSum(Tensor x, ReadOnlySpan<float> weights)
    {
        RequireWeights(x, weights);
        var factors = weights.ToArray();
        var input = Handle(x);
        return Result(1, 1, () => Single((input.to(torch.ScalarType.Float64) * torch.tensor(factors, [x.Rows, x.Columns], device: device)).sum()));
    }

    public Tensor SegmentSum(Tensor x, ReadOnlySpan<int> starts)
    {
        RequireSegments(x, starts);
        int segments = starts.Length - 1, longest = 0;
        for (var s = 0; s < segments; s++)
        {
            longest = Math.Max(longest, starts[s + 1] - starts[s]);
        }
        // Each segment is a line of a rectangle; what is left of a line points to a zero behind the last row.
        var rows = new long[(long)segments * longest];
        Array.Fill(rows, x.Rows);
        for (var s = 0; s < segments; s++)
        {
            for (var i = starts[s]; i < starts[s + 1]; i++)
            {
                rows[(long)s * longest + i - starts[s]] = i;
            }
        }

        var input = Handle(x);
        return Result(segments, 1, () =>
        {
            var extended = torch.cat([input, torch.zeros(1, 1, dtype: torch.ScalarType.Float32, device: device)], 0);
            var lines = RowsAt(extended, torch.tensor(rows, device: device)).view(segments, longest);
            return lines.sum(1, keepdim: true, type: torch.ScalarType.Float64).to(torch.ScalarType.Float32);
        });
    }

    private TorchTensor Total(Tensor x, double scale)
    {
        var input = Handle(x);
        return Result(1, 1, () => Single(input.sum(torch.ScalarType.Float64) * scale));
    }

    private TorchTensor Unary(Tensor x, Func<torch.Tensor, torch.Tensor> operation)
    {
        var input = Handle(x);
        return Result(x.Rows, x.Columns, () => operation(input));
    }

    private TorchTensor Binary(Tensor a, Tensor b, Func<torch.Tensor, torch.Tensor, torch.Tensor> operation)
    {
        RequireShape(b, a.Rows, a.Columns, "b");
        torch.Tensor left = Handle(a), right = Handle(b);
        return Result(a.Rows, a.Columns, () => operation(left, right));
    }

    private static torch.Tensor Single(torch.Tensor x) => x.to(torch.ScalarType.Float32).view(1, 1);
}
