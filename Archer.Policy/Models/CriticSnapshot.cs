using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Models;

/// <summary>The critic's trunk and its two V heads at one moment, packed for inference; immutable.</summary>
internal sealed unsafe class CriticSnapshot : IDisposable
{
    private readonly Arena _memory = new(1 << 12);
    private readonly ValueHead _first;
    private readonly ValueHead _second;

    public CriticSnapshot(LlamaConfig config, ParameterSet parameters)
    {
        Trunk = new DecoderSnapshot(config, parameters);
        _first = new ValueHead(_memory, parameters, "v1.");
        _second = new ValueHead(_memory, parameters, "v2.");
    }

    public DecoderSnapshot Trunk { get; }

    /// <summary>values[row] = min(V1, V2) of hidden states [rows, C].</summary>
    public void Values(float* hidden, int rows, float* values, Arena scratch)
    {
        var other = scratch.Allocate(rows);
        _first.Compute(hidden, rows, values, scratch);
        _second.Compute(hidden, rows, other, scratch);
        for (var row = 0; row < rows; row++)
        {
            values[row] = MathF.Min(values[row], other[row]);
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        Trunk.Dispose();
    }

    /// <summary>C → H → 1 with ReLU.</summary>
    private sealed class ValueHead
    {
        private readonly RightMatrix _inner;
        private readonly RightMatrix _outer;
        private readonly float* _innerBias;
        private readonly float* _outerBias;

        public ValueHead(Arena memory, ParameterSet parameters, string prefix)
        {
            _inner = Pack(memory, parameters[prefix + "0.weight"]);
            _innerBias = Copy(memory, parameters[prefix + "0.bias"]);
            _outer = Pack(memory, parameters[prefix + "2.weight"]);
            _outerBias = Copy(memory, parameters[prefix + "2.bias"]);
        }

        public void Compute(float* hidden, int rows, float* values, Arena scratch)
        {
            var width = _inner.Columns;
            var middle = scratch.Allocate((long)rows * width);
            Gemm.Multiply(new LeftMatrix(hidden, _inner.Depth), _inner, Seed.Bias(_innerBias), middle, width, rows);
            for (nint i = 0; i < (nint)rows * width; i++)
            {
                middle[i] = MathF.Max(middle[i], 0f);
            }

            Gemm.Multiply(new LeftMatrix(middle, width), _outer, Seed.Bias(_outerBias), values, 1, rows);
        }

        private static RightMatrix Pack(Arena memory, Tensor weight)
        {
            var packed = Packing.Describe(memory.AllocateZeroed(Packing.Size(weight.Columns, weight.Rows)), weight.Columns, weight.Rows);
            fixed (float* rows = weight.Values)
            {
                Packing.Transposed(rows, weight.Columns, weight.Rows, packed);
            }

            return packed;
        }

        private static float* Copy(Arena memory, Tensor tensor)
        {
            var target = memory.Allocate(tensor.Values.Length);
            tensor.Values.CopyTo(new Span<float>(target, tensor.Values.Length));
            return target;
        }
    }
}
