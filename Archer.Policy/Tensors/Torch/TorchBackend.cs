using TorchSharp;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Torch;

/// <summary>
/// Tensors of libtorch on one device, differentiated by its autograd. An operation is built of functions of libtorch whose gradient does not
/// depend on the order of threads,
/// so that a run can be repeated on the same device and versions. Shapes are checked before libtorch is called: it ends the process where some do not fit.
/// </summary>
/// <param name="device">Of libtorch, which is loaded (<see cref="TorchLibrary"/>).</param>
/// <param name="threads">Threads that compute on the processor.</param>
internal sealed partial class TorchBackend(torch.Device device, int threads) : ITensorBackend
{
    private readonly int _threads = threads > 0 ? threads : throw new ArgumentOutOfRangeException(nameof(threads), threads, "Expected at least one thread.");
    private readonly Dictionary<AttentionShape, RotaryAngles> _rotary = [];
    private TorchStep? _current;

    public ParameterSet CreateParameters(IReadOnlyList<ParameterSpec> specs, bool trainable = true) => new TorchParameterSet(specs, trainable, device);

    public IOptimizer CreateAdamW(ParameterSet parameters, AdamWOptions options) => new TorchAdamW(
        parameters as TorchParameterSet ?? throw new ArgumentException("The parameters belong to another backend.", nameof(parameters)), options);

    public IDisposable BeginStep(bool record = true)
    {
        if (_current is not null)
        {
            throw new InvalidOperationException("A step is under way: dispose it first.");
        }
        // The number belongs to the calling thread as much as to the process.
        if (torch.get_num_threads() != _threads)
        {
            torch.set_num_threads(_threads);
        }

        return _current = new TorchStep(this, record);
    }

    public void Backward(Tensor loss)
    {
        RequireLoss(loss);
        Step.RunBackward(Own(loss));
    }

    public Tensor Constant(ReadOnlySpan<float> values, int rows, int columns)
    {
        RequireCount(values, rows, columns);
        var copy = values.ToArray();
        return Result(rows, columns, () => torch.tensor(copy, [rows, columns], device: device));
    }

    public Tensor Detach(Tensor x)
    {
        var source = Handle(x);
        return Result(x.Rows, x.Columns, () => source.detach());
    }

    public void Dispose()
    {
        _current?.Dispose();
        foreach (var angles in _rotary.Values)
        {
            angles.Dispose();
        }
    }

    internal void EndStep(TorchStep step)
    {
        if (step == _current)
        {
            _current = null;
        }
    }

    private TorchStep Step => _current ?? throw new InvalidOperationException("Operations need a step: call BeginStep first.");

    private TorchTensor Own(Tensor x)
    {
        if (x is not TorchTensor tensor)
        {
            throw new ArgumentException("The tensor belongs to another backend.", nameof(x));
        }

        if (tensor.Device.type != device.type || tensor.Device.index != device.index)
        {
            throw new ArgumentException($"The tensor is on {tensor.Device}, the backend computes on {device}.", nameof(x));
        }

        return tensor;
    }

    /// <summary>The operand's tensor; a trainable parameter is remembered for the backward pass.</summary>
    private torch.Tensor Handle(Tensor x)
    {
        var tensor = Own(x);
        Step.Use(tensor);
        return tensor.Handle;
    }

    /// <summary>Runs an operation; what it makes on the way is freed at once, except what autograd keeps.</summary>
    private TorchTensor Result(int rows, int columns, Func<torch.Tensor> operation)
    {
        var step = Step;
        using var temporary = torch.NewDisposeScope();
        return new TorchTensor(rows, columns, operation().MoveToOuterDisposeScope(), device, step);
    }

    private torch.Tensor Indices(ReadOnlySpan<int> values)
    {
        var indices = new long[values.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = values[i];
        }

        return torch.tensor(indices, device: device);
    }

    /// <summary>Rows by index. Its gradient sorts the indices before it adds, where that of index_select adds in any order on a device.</summary>
    private static torch.Tensor RowsAt(torch.Tensor x, torch.Tensor indices) => x.index(torch.TensorIndex.Tensor(indices));
}
