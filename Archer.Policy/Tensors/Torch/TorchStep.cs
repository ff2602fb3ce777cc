using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>One step: the life of the tensors made in it, and the parameters that its operations read. Bound to the thread that began it.</summary>
internal sealed class TorchStep : IDisposable
{
    private readonly TorchBackend owner;
    private readonly bool record;
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly List<TorchTensor> parameters = [];
    private readonly HashSet<TorchTensor> known = [];
    private readonly Dictionary<PackedTokens, PackedLayout> layouts = new(ReferenceEqualityComparer.Instance);
    private IDisposable mode;
    private bool ranBackward;

    public TorchStep(TorchBackend owner, bool record)
    {
        this.owner = owner;
        this.record = record;
        mode = torch.set_grad_enabled(record);
    }

    public bool Ended { get; private set; }

    /// <summary>Remembers a trainable parameter as one that a loss may depend on.</summary>
    public void Use(TorchTensor tensor)
    {
        if (tensor.Slope is not null && !ranBackward && known.Add(tensor))
            parameters.Add(tensor);
    }

    /// <summary>The layout of packed sequences, made once per step however many layers read it.</summary>
    public PackedLayout LayoutOf(PackedTokens tokens, torch.Device device)
    {
        if (!layouts.TryGetValue(tokens, out PackedLayout? layout))
            layouts[tokens] = layout = new PackedLayout(tokens, device);
        return layout;
    }

    public void RunBackward(TorchTensor loss)
    {
        if (!record || ranBackward)
            throw new InvalidOperationException(record ? "The step has run its backward pass already." : "The step does not record.");
        ranBackward = true;
        if (loss.RequiresGradient)
        {
            using DisposeScope temporary = torch.NewDisposeScope();
            IList<torch.Tensor> slopes = torch.autograd.grad([loss.Handle], [.. parameters.Select(p => p.Handle)], allow_unused: true);
            for (int i = 0; i < slopes.Count; i++)
            {
                if (!slopes[i].IsInvalid)
                    parameters[i].Slope!.add_(slopes[i]);
            }
        }
        mode.Dispose();
        mode = torch.no_grad();
    }

    public void Dispose()
    {
        if (Ended)
            return;
        Ended = true;
        mode.Dispose();
        scope.Dispose();
        owner.EndStep(this);
    }
}
