using System.Collections.Immutable;

namespace Archer.Policy.Checkpoints;

/// <summary>What a safetensors file says about one tensor; checked against the file's length when the file was opened.</summary>
public sealed record TensorEntry
{
    /// <summary>Name, unique within the file.</summary>
    public required string Name { get; init; }

    /// <summary>Element type.</summary>
    public required TensorType Type { get; init; }

    /// <summary>Sizes of the dimensions, outermost first; empty for a scalar.</summary>
    public required ImmutableArray<int> Shape { get; init; }

    /// <summary>Number of elements.</summary>
    public required long Count { get; init; }

    /// <summary>Where the elements begin, in bytes from the start of the file.</summary>
    public required long Offset { get; init; }

    /// <summary>Length of the elements in bytes.</summary>
    public long Bytes => Count * Type.Size();

    /// <summary>The shape as text, such as <c>[2, 3]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
