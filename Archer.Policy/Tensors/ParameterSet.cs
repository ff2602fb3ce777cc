using System.Collections;

namespace Archer.Policy.Tensors;

/// <summary>The parameters of one model in a fixed order: what checkpoints list, optimisers update and target networks follow.</summary>
public abstract class ParameterSet : IReadOnlyList<Parameter>, IDisposable
{
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public int Count => _parameters.Count;

    /// <summary>All floats of all parameters.</summary>
    public long TotalCount => _parameters.Sum(p => (long)p.Count);

    /// <inheritdoc/>
    public Parameter this[int index] => _parameters[index];

    /// <summary>The tensor of a parameter.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public Tensor this[string name] => _byName.TryGetValue(name, out var found)
        ? found.Tensor
        : throw new KeyNotFoundException($"There is no parameter '{name}'; the first of {Count} is '{_parameters.FirstOrDefault()?.Name}'.");

    /// <summary>Whether a parameter of that name exists.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Copies every parameter that <paramref name="source"/> has under the same name and shape; returns how many.</summary>
    /// <exception cref="ArgumentException">Same name, other shape.</exception>
    public int CopyFrom(ParameterSet source)
    {
        var copied = 0;
        foreach (var parameter in _parameters.Where(p => source.Contains(p.Name)))
        {
            var from = source._byName[parameter.Name];
            if (!from.Shape.SequenceEqual(parameter.Shape))
            {
                throw new ArgumentException($"Parameter '{parameter.Name}' has shape [{string.Join(", ", parameter.Shape)}], "
                    + $"the source has [{string.Join(", ", from.Shape)}].", nameof(source));
            }
            parameter.Tensor.Write(from.Tensor.Values);
            copied++;
        }
        return copied;
    }

    /// <summary>
    /// Polyak update: this ← (1 − rate) · this + rate · online, parameter by parameter in order. Both sets have the same parameters.
    /// </summary>
    /// <param name="online">The set to follow.</param>
    /// <param name="rate">τ in [0, 1].</param>
    public abstract void BlendFrom(ParameterSet online, float rate);

    /// <summary>Sets all gradients to zero.</summary>
    public abstract void ClearGradients();

    /// <inheritdoc/>
    public IEnumerator<Parameter> GetEnumerator() => _parameters.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <exception cref="ArgumentException">The other set has other names or shapes, or another order of them.</exception>
    private protected void RequireSame(ParameterSet other)
    {
        var same = other.Count == Count;
        for (var i = 0; same && i < Count; i++)
        {
            (var one, var two) = (_parameters[i], other._parameters[i]);
            same = one.Name == two.Name && one.Tensor.Rows == two.Tensor.Rows && one.Tensor.Columns == two.Tensor.Columns;
        }

        if (!same)
        {
            throw new ArgumentException("The sets differ in their parameters.", nameof(other));
        }
    }

    private protected void Add(Parameter parameter)
    {
        if (!_byName.TryAdd(parameter.Name, parameter))
        {
            throw new ArgumentException($"Parameter '{parameter.Name}' is declared twice.", nameof(parameter));
        }

        _parameters.Add(parameter);
    }
}
