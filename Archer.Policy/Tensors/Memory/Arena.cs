namespace Archer.Policy.Tensors;

/// <summary>
/// Memory of one step: allocation moves a cursor, <see cref="Reset"/> gives everything back at once.
/// After a step that needed several slabs the next one finds a single slab of the size that was used, so that a steady state allocates nothing.
/// </summary>
internal sealed unsafe class Arena(long firstSlabFloats = 1 << 18) : IDisposable
{
    private readonly List<NativeBuffer> _slabs = [];
    private long _used;
    private long _usedBefore;

    /// <summary>Floats of native memory held.</summary>
    public long Capacity { get; private set; }

    /// <summary>Uninitialised floats, 64-byte aligned, valid until <see cref="Reset"/>.</summary>
    public float* Allocate(long count)
    {
        var rounded = (count + 15) & ~15L;
        if (_slabs.Count == 0 || _used + rounded > _slabs[^1].Length)
        {
            Grow(rounded);
        }

        var result = _slabs[^1].Pointer + _used;
        _used += rounded;
        return result;
    }

    public float* AllocateZeroed(long count)
    {
        var result = Allocate(count);
        new Span<byte>(result, checked((int)(count * sizeof(float)))).Clear();
        return result;
    }

    public void Reset()
    {
        if (_slabs.Count <= 1)
        {
            _used = 0;
            return;
        }
        var total = _usedBefore + _used;
        Dispose();
        Grow(total);
    }

    public void Dispose()
    {
        foreach (var slab in _slabs)
        {
            slab.Dispose();
        }

        _slabs.Clear();
        Capacity = 0;
        _used = 0;
        _usedBefore = 0;
    }

    private void Grow(long atLeast)
    {
        // A few slabs at most until the next reset; what a slab has over is never touched and takes no memory.
        var slab = new NativeBuffer(Math.Max(atLeast, Math.Max(firstSlabFloats, Capacity / 2)));
        _slabs.Add(slab);
        Capacity += slab.Length;
        _usedBefore += _used;
        _used = 0;
    }
}
