namespace Archer.Policy.Tensors.Cpu;

/// <summary>A tensor in native memory. Its gradient exists once something was added to it.</summary>
internal sealed unsafe class CpuTensor(int rows, int columns, float* data, bool requiresGradient) : Tensor
{
    public override int Rows => rows;

    public override int Columns => columns;

    public override bool RequiresGradient => requiresGradient;

    public int Count => rows * columns;

    public float* Data => data;

    /// <summary>Null until the backward pass reaches the tensor; parameters have it from the start.</summary>
    public float* Slope { get; set; }

    public override ReadOnlySpan<float> Values => new(data, Count);

    public override ReadOnlySpan<float> Gradient => Slope == null ? default : new(Slope, Count);

    public override void Write(ReadOnlySpan<float> values)
    {
        if (values.Length != Count)
            throw new ArgumentException($"Expected {Count} values for a tensor [{rows}, {columns}], got {values.Length}.", nameof(values));
        values.CopyTo(new Span<float>(data, Count));
    }
}
