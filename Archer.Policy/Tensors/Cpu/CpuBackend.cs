using Archer.Policy.Tensors.Kernels;
using static Archer.Policy.Tensors.TensorArguments;

namespace Archer.Policy.Tensors.Cpu;

/// <summary>
/// Tensors in native memory of this process, computed with SIMD by a fixed number of threads. Work is split by outputs, never inside a sum,
/// so that the number of
/// threads does not change a bit of any result.
/// </summary>
internal sealed unsafe partial class CpuBackend : ITensorBackend
{
    private readonly Arena _arena = new();
    private readonly ScratchBuffer _packing = new();
    private readonly ScratchBuffer _attention = new();
    private readonly Dictionary<AttentionShape, RotaryTable> _rotary = [];
    private readonly WorkPool _pool;
    private CpuStep? _current;

    public CpuBackend(int threads = 1) => _pool = new WorkPool(threads);

    /// <summary>Floats of native memory held for steps.</summary>
    public long Capacity => _arena.Capacity + _packing.Capacity + _attention.Capacity;

    public ParameterSet CreateParameters(IReadOnlyList<ParameterSpec> specs, bool trainable = true) => new CpuParameterSet(specs, trainable);

    public IOptimizer CreateAdamW(ParameterSet parameters, AdamWOptions options) => new CpuAdamW(
        parameters as CpuParameterSet ?? throw new ArgumentException("The parameters belong to another backend.", nameof(parameters)), options);

    public IDisposable BeginStep(bool record = true)
    {
        if (_current is not null)
        {
            throw new InvalidOperationException("A step is under way: dispose it first.");
        }

        return _current = new CpuStep(this, record);
    }

    public void Backward(Tensor loss)
    {
        RequireLoss(loss);
        *SlopeOf(Own(loss)) = 1f;
        Step.RunBackward();
    }

    public Tensor Constant(ReadOnlySpan<float> values, int rows, int columns)
    {
        var result = New(rows, columns);
        result.Write(values);
        return result;
    }

    public Tensor Detach(Tensor x)
    {
        var source = Own(x);
        return new CpuTensor(source.Rows, source.Columns, source.Data, false, Step);
    }

    public void Dispose()
    {
        _current?.Dispose();
        _pool.Dispose();
        _arena.Dispose();
        _packing.Dispose();
        _attention.Dispose();
        foreach (var table in _rotary.Values)
        {
            table.Dispose();
        }
    }

    internal void EndStep(CpuStep step)
    {
        if (step != _current)
        {
            return;
        }

        _current = null;
        _arena.Reset();
    }

    private CpuStep Step => _current ?? throw new InvalidOperationException("Operations need a step: call BeginStep first.");

    private static CpuTensor Own(Tensor x) => x as CpuTensor ?? throw new ArgumentException("The tensor belongs to another backend.", nameof(x));

    private CpuTensor New(int rows, int columns, bool requiresGradient = false) =>
        new(rows, columns, _arena.Allocate((long)rows * columns), requiresGradient, Step);

    private bool Records(CpuTensor x) => Step.Recording && x.RequiresGradient;

    /// <summary>Puts the backward pass of an operation on the tape; it runs when the result has a gradient by then.</summary>
    private void Record(CpuTensor result, Action backward) => Step.Record(() =>
    {
        if (result.Slope != null)
        {
            backward();
        }
    });

    /// <summary>The gradient to add to, zero when new.</summary>
    private float* SlopeOf(CpuTensor x)
    {
        if (x.Slope == null)
        {
            x.AdoptSlope(_arena.AllocateZeroed(x.Count));
        }

        return x.Slope;
    }

    /// <summary>Adds <paramref name="slope"/>, which nobody needs afterwards: without a gradient so far it becomes the gradient.</summary>
    private static void GiveSlope(CpuTensor x, float* slope)
    {
        if (x.Slope == null)
        {
            x.AdoptSlope(slope);
        }
        else
        {
            RowKernels.AddScaled(slope, 1f, x.Slope, x.Count);
        }
    }

    /// <summary>Splits rows into chunks over the threads when the work is worth it.</summary>
    private void ForRows(int rows, long workPerRow, Action<int, int> body)
    {
        const long WorthSharing = 1 << 16;
        if (_pool.Threads == 1 || rows * workPerRow < WorthSharing)
        {
            body(0, rows);
            return;
        }
        var chunk = Math.Max(8, ((rows / (4 * _pool.Threads)) + 7) & ~7);
        _pool.Run((rows + chunk - 1) / chunk, (part, _) => body(part * chunk, Math.Min(rows, (part + 1) * chunk)));
    }

    private void Multiply(LeftMatrix left, RightMatrix right, Seed seed, float* result, nint resultRow, int rows) =>
        ForRows(rows, (long)right.Depth * right.Columns / 8, (from, to) =>
        {
            var part = new LeftMatrix(left.Data + from * left.Row, left.Row, left.Step);
            Gemm.Multiply(part, right, seed.FromRow(from), result + from * resultRow, resultRow, to - from);
        });
}
