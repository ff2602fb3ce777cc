using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Tensors.Cpu;

/// <summary>All parameters of a model side by side in one buffer, their gradients in another.</summary>
internal sealed unsafe class CpuParameterSet : ParameterSet
{
    private readonly NativeBuffer _values;
    private readonly NativeBuffer? _gradients;

    public CpuParameterSet(IReadOnlyList<ParameterSpec> specs, bool trainable)
    {
        var length = specs.Sum(s => Padded(s.Count));
        _values = new NativeBuffer(length);
        _gradients = trainable ? new NativeBuffer(length) : null;
        long offset = 0;
        foreach (var spec in specs)
        {
            var tensor = new CpuTensor(spec.Rows, spec.Columns, _values.Pointer + offset, trainable, null) { Owner = this };
            tensor.AdoptSlope(_gradients is null ? null : _gradients.Pointer + offset);
            Add(new Parameter(spec, tensor));
            offset += Padded(spec.Count);
        }
    }

    public bool Trainable => _gradients is not null;

    /// <summary>Floats including padding, which stays zero in values and gradients.</summary>
    public long Length => _values.Length;

    public float* Values => _values.Pointer;

    public float* Gradients => _gradients is null ? null : _gradients.Pointer;

    public override void BlendFrom(ParameterSet online, float rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, 1f);
        if (online is not CpuParameterSet source)
        {
            throw new ArgumentException("The parameters belong to another backend.", nameof(online));
        }

        RequireSame(source);
        RowKernels.Scale(Values, 1f - rate, checked((int)Length));
        RowKernels.AddScaled(source.Values, rate, Values, checked((int)Length));
    }

    public override void ClearGradients() => _gradients?.Span.Clear();

    public override void Dispose()
    {
        _values.Dispose();
        _gradients?.Dispose();
    }

    private static long Padded(int count) => (count + 15) & ~15L;
}
