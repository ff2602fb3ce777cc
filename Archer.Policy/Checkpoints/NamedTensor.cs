using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Archer.Policy.Checkpoints;

/// <summary>Gives a tensor's elements, row by row, at the moment when they are written.</summary>
public delegate ReadOnlySpan<float> FloatSource();

/// <summary>A tensor on its way into a file: a name, a shape, and memory that is read when the file is written, without a copy.</summary>
public sealed class NamedTensor
{
    private readonly ByteSource _source;

    /// <summary>A tensor of floats that its owner hands out when asked, such as a parameter of a model.</summary>
    /// <exception cref="ArgumentException">The name is empty or a size is negative.</exception>
    public NamedTensor(string name, ReadOnlySpan<int> shape, FloatSource floats)
        : this(name, TensorType.F32, shape, () => MemoryMarshal.AsBytes(floats()))
    {
    }

    /// <summary>A tensor of floats.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements than the data.</exception>
    public NamedTensor(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> data)
        : this(name, TensorType.F32, shape, () => MemoryMarshal.AsBytes(data.Span)) => RequireCount(data.Length);

    /// <summary>A tensor of 64-bit integers, such as counters of an optimiser.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements than the data.</exception>
    public NamedTensor(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<long> data)
        : this(name, TensorType.I64, shape, () => MemoryMarshal.AsBytes(data.Span)) => RequireCount(data.Length);

    /// <summary>A tensor of bytes.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements than the data.</exception>
    public NamedTensor(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> data)
        : this(name, TensorType.U8, shape, () => data.Span) => RequireCount(data.Length);

    private NamedTensor(string name, TensorType type, ReadOnlySpan<int> shape, ByteSource source)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Type = type;
        Shape = [.. shape];
        _source = source;
        if (shape.ContainsAnyInRange(int.MinValue, -1))
        {
            throw new ArgumentException($"Tensor '{name}' cannot have the shape {ShapeText}.", nameof(shape));
        }

        Count = Shape.Aggregate(1L, (count, size) => checked(count * size));
    }

    private delegate ReadOnlySpan<byte> ByteSource();

    /// <summary>Name, unique within a file.</summary>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public TensorType Type { get; }

    /// <summary>Sizes of the dimensions, outermost first; empty for a scalar.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Length of the elements in bytes.</summary>
    public long ByteCount => Count * Type.Size();

    private string ShapeText => $"[{string.Join(", ", Shape)}]";

    /// <summary>The elements, row by row, little-endian.</summary>
    /// <exception cref="InvalidOperationException">The source gives another number of elements than the shape has.</exception>
    public ReadOnlySpan<byte> Bytes()
    {
        var bytes = _source();
        if (bytes.Length == ByteCount)
        {
            return bytes;
        }

        throw new InvalidOperationException($"Tensor '{Name}' of shape {ShapeText} gave {bytes.Length} bytes, expected {ByteCount}.");
    }

    private void RequireCount(int count)
    {
        if (count != Count)
        {
            throw new ArgumentException($"Tensor '{Name}' of shape {ShapeText} cannot have {count} elements.");
        }
    }
}
