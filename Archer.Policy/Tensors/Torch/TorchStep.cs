using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>One step: the life of the tensors made in it, and the parameters that its operations read. Bound to the thread that began it.</summary>
internal sealed class TorchStep : IDisposable
{
    private readonly TorchBackend _owner;
    private readonly bool _record;
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly List<TorchTensor> _parameters = [];
    private readonly HashSet<TorchTensor> _known = [];
    private readonly Dictionary<PackedTokens, PackedLayout> _layouts = new(ReferenceEqualityComparer.Instance);
    private IDisposable _mode;
    private bool _ranBackward;

    public TorchStep(TorchBackend owner, bool record)
    {
        _owner = owner;
        _record = record;
        _mode = torch.set_grad_enabled(record);
    }

    public bool Ended { get; private set; }

    /// <summary>Remembers a trainable parameter as one that a loss may depend on.</summary>
    public void Use(TorchTensor tensor)
    {
        if (tensor.Slope is not null && !_ranBackward && _known.Add(tensor))
        {
            _parameters.Add(tensor);
        }
    }

    /// <summary>The layout of packed sequences, made once per step however many layers read it.</summary>
    public PackedLayout LayoutOf(PackedTokens tokens, torch.Device device)
    {
        if (!_layouts.TryGetValue(tokens, out var layout))
        {
            _layouts[tokens] = layout = new PackedLayout(tokens, device);
        }

        return layout;
    }

    public void RunBackward(TorchTensor loss)
    {
        if (!_record || _ranBackward)
        {
            throw new InvalidOperationException(_record ? "The step has run its backward pass already." : "The step does not record.");
        }

        _ranBackward = true;
        if (loss.RequiresGradient)
        {
            using var temporary = torch.NewDisposeScope();
            var slopes = torch.autograd.grad([loss.Handle], [.. _parameters.Select(p => p.Handle)], allow_unused: true);
            for (var i = 0; i < slopes.Count; i++)
            {
                if (!slopes[i].IsInvalid)
                {
                    _parameters[i].Slope!.add_(slopes[i]);
                }
            }
        }
        _mode.Dispose();
        _mode = torch.no_grad();
    }

    public void Dispose()
    {
        if (Ended)
        {
            return;
        }

        Ended = true;
        _mode.Dispose();
        _scope.Dispose();
        _owner.EndStep(this);
    }
}
