namespace Archer.Policy.Tensors.Cpu;

/// <summary>Memory of one operation, reused by the next; grows to the largest request.</summary>
internal sealed unsafe class ScratchBuffer : IDisposable
{
    private NativeBuffer? memory;

    /// <summary>Floats held.</summary>
    public long Capacity => memory?.Length ?? 0;

    /// <summary>Uninitialised floats, valid until the next call.</summary>
    public float* Take(long count)
    {
        if (memory is null || memory.Length < count)
        {
            memory?.Dispose();
            memory = new NativeBuffer(count + (count >> 2));
        }
        return memory.Pointer;
    }

    public void Dispose() => memory?.Dispose();
}
