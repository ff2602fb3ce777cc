using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Archer.Policy.Checkpoints;

/// <summary>A tensor on its way into a file: a name, a shape, and memory that is read when the file is written, without a copy.</summary>
public sealed class NamedTensor
{
    private readonly ReadOnlyMemory<float> floats;
    private readonly ReadOnlyMemory<long> longs;
    private readonly ReadOnlyMemory<byte> bytes;

    /// <summary>A tensor of floats.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements than the data.</exception>
    public NamedTensor(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> data)
        : this(name, TensorType.F32, shape, data.Length) => floats = data;

    /// <summary>A tensor of 64-bit integers, such as counters of an optimiser.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements than the data.</exception>
    public NamedTensor(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<long> data)
        : this(name, TensorType.I64, shape, data.Length) => longs = data;

    /// <summary>A tensor of bytes.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements than the data.</exception>
    public NamedTensor(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> data)
        : this(name, TensorType.U8, shape, data.Length) => bytes = data;

    private NamedTensor(string name, TensorType type, ReadOnlySpan<int> shape, int elements)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        long count = 1;
        foreach (int size in shape) count = checked(count * size);
        if (count != elements || shape.ContainsAnyInRange(int.MinValue, -1))
        {
            throw new ArgumentException($"Tensor '{name}' of shape [{string.Join(", ", shape.ToArray())}] cannot have {elements} elements.");
        }

        Name = name;
        Type = type;
        Shape = [.. shape];
    }

    /// <summary>Name, unique within a file.</summary>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public TensorType Type { get; }

    /// <summary>Sizes of the dimensions, outermost first; empty for a scalar.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>The elements, row by row, little-endian.</summary>
    public ReadOnlySpan<byte> Bytes => Type switch
    {
        TensorType.F32 => MemoryMarshal.AsBytes(floats.Span),
        TensorType.I64 => MemoryMarshal.AsBytes(longs.Span),
        _ => bytes.Span,
    };
}
