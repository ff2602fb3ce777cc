namespace Archer.Policy.Tensors;

/// <summary>Name and shape of a parameter to create. A shape of one dimension is a vector (kept as one row), of two a matrix [out, in].</summary>
/// <param name="Name">Name in checkpoints, e.g. <c>model.norm.weight</c>.</param>
/// <param name="Shape">One or two dimensions.</param>
public sealed record ParameterSpec(string Name, params int[] Shape)
{
    /// <summary>Rows of its matrix; 1 for a vector.</summary>
    internal int Rows => Shape.Length == 2 ? Shape[0] : 1;

    /// <summary>Columns of its matrix.</summary>
    internal int Columns => Shape[^1];

    /// <summary>Number of floats.</summary>
    /// <exception cref="ArgumentException">The shape has other than one or two positive sizes.</exception>
    internal int Count => Shape switch
    {
        [> 0 and int n] => n,
        [> 0 and int rows, > 0 and int columns] => checked(rows * columns),
        _ => throw new ArgumentException($"Parameter '{Name}' has shape [{string.Join(", ", Shape)}], expected one or two positive sizes."),
    };
}

/// <summary>A named tensor that is trained and saved.</summary>
public sealed class Parameter
{
    internal Parameter(ParameterSpec spec, Tensor tensor)
    {
        Name = spec.Name;
        Shape = spec.Shape;
        Tensor = tensor;
    }

    /// <summary>Name in checkpoints.</summary>
    public string Name { get; }

    /// <summary>Shape in checkpoints: one or two dimensions.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Values and gradient.</summary>
    public Tensor Tensor { get; }

    /// <summary>Number of floats.</summary>
    public int Count => Tensor.Rows * Tensor.Columns;
}
