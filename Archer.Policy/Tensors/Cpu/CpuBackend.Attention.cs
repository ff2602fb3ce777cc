using Archer.Policy.Tensors.Kernels;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Cpu;

/// <content>Attention over packed sequences: one part of work per sequence and key-value head.</content>
internal sealed unsafe partial class CpuBackend
{
    public Tensor Attention(Tensor queries, Tensor keys, Tensor values, PackedTokens tokens, AttentionShape shape)
    {
        RequireAttention(queries, keys, values, tokens, shape);
        CpuTensor q = Own(queries), k = Own(keys), v = Own(values);
        var result = New(q.Rows, q.Columns, Records(q) || Records(k) || Records(v));
        var table = Rotary(shape);
        var pass = new AttentionPass(tokens, shape, table, q.Data, k.Data, v.Data);
        var floats = pass.ForwardScratch;
        float* scratch = _attention.Take(floats * _pool.Threads), output = result.Data;
        _pool.Run(pass.Parts, (part, worker) => pass.Forward(part, output, scratch + worker * floats));
        if (result.RequiresGradient)
        {
            Record(result, () => AttentionBackward(pass, result, q, k, v));
        }

        return result;
    }

    private void AttentionBackward(AttentionPass pass, CpuTensor result, CpuTensor q, CpuTensor k, CpuTensor v)
    {
        float* dq = SlopeOf(q), dk = SlopeOf(k), dv = SlopeOf(v), slope = result.Slope;
        var floats = pass.BackwardScratch;
        var scratch = _attention.Take(floats * _pool.Threads);
        _pool.Run(pass.Parts, (part, worker) => pass.Backward(part, slope, dq, dk, dv, scratch + worker * floats));
    }

    private RotaryTable Rotary(AttentionShape shape)
    {
        if (!_rotary.TryGetValue(shape, out var table))
        {
            _rotary[shape] = table = new RotaryTable(shape.MaxPositions, shape.HeadSize, shape.RopeTheta);
        }

        return table;
    }
}
