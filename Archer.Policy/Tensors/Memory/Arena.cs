namespace Archer.Policy.Tensors;

/// <summary>
/// Memory of one step: allocation moves a cursor, <see cref="Reset"/> gives everything back at once.
/// After a step that needed several slabs the next one finds a single slab of their total size, so that a steady state allocates nothing.
/// </summary>
internal sealed unsafe class Arena(long firstSlabFloats = 1 << 18) : IDisposable
{
    private readonly List<NativeBuffer> slabs = [];
    private long used;

    /// <summary>Floats of native memory held.</summary>
    public long Capacity { get; private set; }

    /// <summary>Uninitialised floats, 64-byte aligned, valid until <see cref="Reset"/>.</summary>
    public float* Allocate(long count)
    {
        long rounded = (count + 15) & ~15L;
        if (slabs.Count == 0 || used + rounded > slabs[^1].Length)
            Grow(rounded);
        float* result = slabs[^1].Pointer + used;
        used += rounded;
        return result;
    }

    public float* AllocateZeroed(long count)
    {
        float* result = Allocate(count);
        new Span<byte>(result, checked((int)(count * sizeof(float)))).Clear();
        return result;
    }

    public void Reset()
    {
        used = 0;
        if (slabs.Count <= 1)
            return;
        long total = Capacity;
        Dispose();
        Grow(total);
    }

    public void Dispose()
    {
        foreach (NativeBuffer slab in slabs)
            slab.Dispose();
        slabs.Clear();
        Capacity = 0;
        used = 0;
    }

    private void Grow(long atLeast)
    {
        var slab = new NativeBuffer(Math.Max(atLeast, Math.Max(firstSlabFloats, Capacity)));
        slabs.Add(slab);
        Capacity += slab.Length;
        used = 0;
    }
}
