using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Tensors.Cpu;

/// <summary>All parameters of a model side by side in one buffer, their gradients in another.</summary>
internal sealed unsafe class CpuParameterSet : ParameterSet
{
    private readonly NativeBuffer values;
    private readonly NativeBuffer? gradients;

    public CpuParameterSet(IReadOnlyList<ParameterSpec> specs, bool trainable)
    {
        long length = specs.Sum(s => Padded(s.Count));
        values = new NativeBuffer(length);
        gradients = trainable ? new NativeBuffer(length) : null;
        long offset = 0;
        foreach (ParameterSpec spec in specs)
        {
            var tensor = new CpuTensor(spec.Rows, spec.Columns, values.Pointer + offset, trainable, null) { Owner = this };
            tensor.AdoptSlope(gradients is null ? null : gradients.Pointer + offset);
            Add(new Parameter(spec, tensor));
            offset += Padded(spec.Count);
        }
    }

    public bool Trainable => gradients is not null;

    /// <summary>Floats including padding, which stays zero in values and gradients.</summary>
    public long Length => values.Length;

    public float* Values => values.Pointer;

    public float* Gradients => gradients is null ? null : gradients.Pointer;

    public override void BlendFrom(ParameterSet online, float rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, 1f);
        if (online is not CpuParameterSet source)
            throw new ArgumentException("The parameters belong to another backend.", nameof(online));
        RequireSame(source);
        RowKernels.Scale(Values, 1f - rate, checked((int)Length));
        RowKernels.AddScaled(source.Values, rate, Values, checked((int)Length));
    }

    public override void ClearGradients() => gradients?.Span.Clear();

    public override void Dispose()
    {
        values.Dispose();
        gradients?.Dispose();
    }

    private static long Padded(int count) => (count + 15) & ~15L;
}
