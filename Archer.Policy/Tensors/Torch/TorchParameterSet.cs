using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>All parameters of a model side by side in one tensor, their gradients in another: what is done to all of them is one operation.</summary>
internal sealed class TorchParameterSet : ParameterSet
{
    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal);

    public TorchParameterSet(IReadOnlyList<ParameterSpec> specs, bool trainable, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var unrecorded = torch.no_grad();
        var length = checked(specs.Sum(s => s.Count));
        Values = torch.zeros(length, dtype: torch.ScalarType.Float32, device: device).DetachFromDisposeScope();
        Gradients = trainable ? torch.zeros(length, dtype: torch.ScalarType.Float32, device: device).DetachFromDisposeScope() : null;
        var offset = 0;
        foreach (var spec in specs)
        {
            (var rows, var columns) = (spec.Rows, spec.Columns);
            // A detached view shares the storage and is a leaf, so that it can be differentiated on its own.
            var view = Values.narrow(0, offset, spec.Count).view(rows, columns).detach().requires_grad_(trainable).DetachFromDisposeScope();
            var slope = Gradients?.narrow(0, offset, spec.Count).view(rows, columns).DetachFromDisposeScope();
            Add(new Parameter(spec, new TorchTensor(rows, columns, view, device, null) { Slope = slope }));
            _offsets.Add(spec.Name, offset);
            offset += spec.Count;
        }
    }

    public torch.Tensor Values { get; }

    /// <summary>Null: the parameters take no gradient.</summary>
    public torch.Tensor? Gradients { get; }

    /// <summary>Where a parameter stands among all numbers, and how many are its.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public (int Offset, int Count) RangeOf(string parameter)
    {
        var tensor = this[parameter];
        return (_offsets[parameter], tensor.Rows * tensor.Columns);
    }

    public override void BlendFrom(ParameterSet online, float rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, 1f);
        if (online is not TorchParameterSet source || source.Values.device_type != Values.device_type)
        {
            throw new ArgumentException("The parameters belong to another backend.", nameof(online));
        }

        RequireSame(source);
        using var scope = torch.NewDisposeScope();
        using var unrecorded = torch.no_grad();
        Values.mul_(1f - rate).add_(source.Values, rate);
    }

    public override void ClearGradients()
    {
        using var scope = torch.NewDisposeScope();
        Gradients?.zero_();
    }

    public override void Dispose()
    {
        foreach (var parameter in this)
        {
            var tensor = (TorchTensor)parameter.Tensor;
            tensor.Slope?.Dispose();
            tensor.Handle.Dispose();
        }
        Gradients?.Dispose();
        Values.Dispose();
    }
}
