using System.Runtime.InteropServices;
using TorchSharp;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Torch;

/// <summary>A tensor of libtorch: of a step, or (without step) a parameter with the place of its gradient.</summary>
internal sealed class TorchTensor(int rows, int columns, torch.Tensor handle, torch.Device device, TorchStep? step) : Tensor
{
    public override int Rows => rows;

    public override int Columns => columns;

    public torch.Device Device => device;

    public override bool RequiresGradient { get; } = handle.requires_grad;

    /// <summary>Where a trainable parameter's gradient is added up.</summary>
    public torch.Tensor? Slope { get; init; }

    /// <exception cref="ObjectDisposedException">The tensor's step has ended.</exception>
    public torch.Tensor Handle => step is null || !step.Ended
        ? handle
        : throw new ObjectDisposedException(nameof(Tensor), $"The step that made this tensor [{rows}, {columns}] has ended.");

    public override ReadOnlySpan<float> Values => Read(Handle);

    public override ReadOnlySpan<float> Gradient => Slope is null ? default : Read(Slope);

    public override void Write(ReadOnlySpan<float> values)
    {
        RequireCount(values, rows, columns);
        Overwrite(Handle, values);
    }

    /// <summary>A copy in host memory, row by row.</summary>
    public static float[] Read(torch.Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(x.detach().cpu().contiguous().bytes).ToArray();
    }

    /// <summary>Replaces the elements, in row order.</summary>
    public static void Overwrite(torch.Tensor x, ReadOnlySpan<float> values)
    {
        using var scope = torch.NewDisposeScope();
        using var unrecorded = torch.no_grad();
        x.copy_(torch.tensor(values.ToArray(), x.shape));
    }
}
