using TorchSharp;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Torch;

/// <content>What a decoder layer is made of.</content>
internal sealed partial class TorchBackend
{
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Tensor? residual = null)
    {
        RequireLinear(x, weight, bias, residual);
        torch.Tensor input = Handle(x), matrix = Handle(weight);
        var start = (bias ?? residual) is { } added ? Handle(added) : null;
        return Result(x.Rows, weight.Rows, () => start is null ? input.matmul(matrix.t()) : start.addmm(input, matrix.t()));
    }

    public Tensor RmsNorm(Tensor x, Tensor gain, float epsilon)
    {
        RequireShape(gain, 1, x.Columns, "gain");
        torch.Tensor input = Handle(x), scale = Handle(gain);
        return Result(x.Rows, x.Columns, () => input * (input.square().mean([-1], keepdim: true) + epsilon).rsqrt() * scale);
    }

    public Tensor SwiGlu(Tensor gate, Tensor up)
    {
        RequireShape(up, gate.Rows, gate.Columns, "up");
        torch.Tensor left = Handle(gate), right = Handle(up);
        return Result(gate.Rows, gate.Columns, () => left.silu() * right);
    }

    public Tensor Embedding(Tensor table, ReadOnlySpan<int> ids)
    {
        RequireIndices(ids, table.Rows, "token");
        return Gather(table, ids);
    }

    public Tensor GatherRows(Tensor x, ReadOnlySpan<int> rows)
    {
        RequireIndices(rows, x.Rows, "row");
        return Gather(x, rows);
    }

    public Tensor Attention(Tensor queries, Tensor keys, Tensor values, PackedTokens tokens, AttentionShape shape)
    {
        RequireAttention(queries, keys, values, tokens, shape);
        torch.Tensor q = Handle(queries), k = Handle(keys), v = Handle(values);
        var layout = Step.LayoutOf(tokens, device);
        var angles = Rotary(shape);
        return Result(queries.Rows, queries.Columns, () =>
        {
            torch.Tensor[] blocks = [.. layout.Blocks.Select(block => Attend(block, shape, angles, q, k, v))];
            return RowsAt(blocks.Length == 1 ? blocks[0] : torch.cat(blocks, 0), layout.Place);
        });
    }

    /// <summary>Attention of one block: [S · L, H · D]. The G query heads of a key-value head stand under each other in one product.</summary>
    private static torch.Tensor Attend(PaddedBlock block, AttentionShape shape, RotaryAngles angles, torch.Tensor q, torch.Tensor k, torch.Tensor v)
    {
        long s = block.Sequences, l = block.Length, d = shape.HeadSize, shared = shape.KeyValueHeads, group = shape.Heads / shape.KeyValueHeads;
        var query = angles.Rotate(RowsAt(q, block.Rows).view(s, l, shape.Heads, d)).transpose(1, 2).reshape(s, shared, group * l, d);
        var key = angles.Rotate(RowsAt(k, block.Rows).view(s, l, shared, d)).transpose(1, 2);
        var value = RowsAt(v, block.Rows).view(s, l, shared, d).transpose(1, 2);
        var scores = query.matmul(key.transpose(-1, -2)) * (1f / MathF.Sqrt(shape.HeadSize));
        var weights = torch.nn.functional.softmax(scores.view(s, shared, group, l, l).masked_fill(block.Future, float.NegativeInfinity), -1);
        return weights.view(s, shared, group * l, l).matmul(value).view(s, shape.Heads, l, d).transpose(1, 2).reshape(s * l, shape.Heads * d);
    }

    private TorchTensor Gather(Tensor x, ReadOnlySpan<int> rows)
    {
        torch.Tensor source = Handle(x), indices = Indices(rows);
        return Result(rows.Length, x.Columns, () => RowsAt(source, indices));
    }

    private RotaryAngles Rotary(AttentionShape shape)
    {
        if (!_rotary.TryGetValue(shape, out var angles))
        {
            _rotary[shape] = angles = new RotaryAngles(shape, device);
        }

        return angles;
    }
}
