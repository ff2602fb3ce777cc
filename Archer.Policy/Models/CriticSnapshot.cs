using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Models;

/// <summary>The critic's trunk and its two V heads at one moment, packed for inference; immutable.</summary>
internal sealed unsafe class CriticSnapshot : IDisposable
{
    private readonly Arena memory = new(1 << 12);
    private readonly ValueHead first;
    private readonly ValueHead second;

    public CriticSnapshot(LlamaConfig config, ParameterSet parameters)
    {
        Trunk = new DecoderSnapshot(config, parameters);
        first = new ValueHead(memory, parameters, "v1.");
        second = new ValueHead(memory, parameters, "v2.");
    }

    public DecoderSnapshot Trunk { get; }

    /// <summary>values[row] = min(V1, V2) of hidden states [rows, C].</summary>
    public void Values(float* hidden, int rows, float* values, Arena scratch)
    {
        float* other = scratch.Allocate(rows);
        first.Compute(hidden, rows, values, scratch);
        second.Compute(hidden, rows, other, scratch);
        for (int row = 0; row < rows; row++)
            values[row] = MathF.Min(values[row], other[row]);
    }

    public void Dispose()
    {
        memory.Dispose();
        Trunk.Dispose();
    }

    /// <summary>C → H → 1 with ReLU.</summary>
    private sealed class ValueHead
    {
        private readonly RightMatrix inner;
        private readonly RightMatrix outer;
        private readonly float* innerBias;
        private readonly float* outerBias;

        public ValueHead(Arena memory, ParameterSet parameters, string prefix)
        {
            inner = Pack(memory, parameters[prefix + "0.weight"]);
            innerBias = Copy(memory, parameters[prefix + "0.bias"]);
            outer = Pack(memory, parameters[prefix + "2.weight"]);
            outerBias = Copy(memory, parameters[prefix + "2.bias"]);
        }

        public void Compute(float* hidden, int rows, float* values, Arena scratch)
        {
            int width = inner.Columns;
            float* middle = scratch.Allocate((long)rows * width);
            Gemm.Multiply(new LeftMatrix(hidden, inner.Depth), inner, Seed.Bias(innerBias), middle, width, rows);
            for (nint i = 0; i < (nint)rows * width; i++)
                middle[i] = MathF.Max(middle[i], 0f);
            Gemm.Multiply(new LeftMatrix(middle, width), outer, Seed.Bias(outerBias), values, 1, rows);
        }

        private static RightMatrix Pack(Arena memory, Tensor weight)
        {
            RightMatrix packed = Packing.Describe(memory.AllocateZeroed(Packing.Size(weight.Columns, weight.Rows)), weight.Columns, weight.Rows);
            fixed (float* rows = weight.Values)
                Packing.Transposed(rows, weight.Columns, weight.Rows, packed);
            return packed;
        }

        private static float* Copy(Arena memory, Tensor tensor)
        {
            float* target = memory.Allocate(tensor.Values.Length);
            tensor.Values.CopyTo(new Span<float>(target, tensor.Values.Length));
            return target;
        }
    }
}
