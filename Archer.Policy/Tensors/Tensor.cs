namespace Archer.Policy.Tensors;

/// <summary>
/// A matrix of float32 that a backend owns: a parameter, or a value of the current step (then it lives until the step is disposed).
/// A vector is a matrix of one column or one row; a loss is [1, 1].
/// </summary>
public abstract class Tensor
{
    /// <summary>Rows.</summary>
    public abstract int Rows { get; }

    /// <summary>Columns.</summary>
    public abstract int Columns { get; }

    /// <summary>Whether <see cref="ITensorBackend.Backward"/> reaches it.</summary>
    public abstract bool RequiresGradient { get; }

    /// <summary>
    /// The values, row by row, in host memory; read before the step ends. Where the tensor lives on a device this is a copy made by each call.
    /// </summary>
    public abstract ReadOnlySpan<float> Values { get; }

    /// <summary>
    /// Of a trainable parameter the gradient added up since it was cleared, as <see cref="Values"/>. Of other tensors empty, or what the
    /// backward pass left.
    /// </summary>
    public abstract ReadOnlySpan<float> Gradient { get; }

    /// <summary>The value of a [1, 1] tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor has another shape.</exception>
    public float Scalar => Rows == 1 && Columns == 1
        ? Values[0]
        : throw new InvalidOperationException($"Expected a tensor [1, 1], got [{Rows}, {Columns}].");

    /// <summary>Replaces the values; the shape stays.</summary>
    /// <exception cref="ArgumentException">The count differs from Rows × Columns.</exception>
    public abstract void Write(ReadOnlySpan<float> values);
}
