namespace Archer.Policy.Tensors.Cpu;

/// <summary>A tensor in native memory: of a step, or (without step) a parameter.</summary>
internal sealed unsafe class CpuTensor(int rows, int columns, float* data, bool requiresGradient, CpuStep? step) : Tensor
{
    private float* _slope;

    public override int Rows => rows;

    public override int Columns => columns;

    public override bool RequiresGradient => requiresGradient;

    /// <summary>What owns a parameter's memory, so that whoever holds the tensor keeps it.</summary>
    public object? Owner { get; init; }

    public int Count => rows * columns;

    /// <exception cref="ObjectDisposedException">The tensor's step has ended.</exception>
    public float* Data => step is null || !step.Ended
        ? data
        : throw new ObjectDisposedException(nameof(Tensor), $"The step that made this tensor [{rows}, {columns}] has ended.");

    /// <summary>The gradient: null until the backward pass reaches the tensor; parameters have it from the start.</summary>
    public float* Slope => _slope;

    public override ReadOnlySpan<float> Values => new(Data, Count);

    public override ReadOnlySpan<float> Gradient => _slope == null || Data == null ? default : new(_slope, Count);

    public override void Write(ReadOnlySpan<float> values)
    {
        TensorArguments.RequireCount(values, rows, columns);
        values.CopyTo(new Span<float>(Data, Count));
    }

    public void AdoptSlope(float* memory) => _slope = memory;
}
