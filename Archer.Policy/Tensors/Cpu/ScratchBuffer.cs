namespace Archer.Policy.Tensors.Cpu;

/// <summary>Memory of one operation, reused by the next; grows to the largest request.</summary>
internal sealed unsafe class ScratchBuffer : IDisposable
{
    private NativeBuffer? _memory;

    /// <summary>Floats held.</summary>
    public long Capacity => _memory?.Length ?? 0;

    /// <summary>Uninitialised floats, valid until the next call.</summary>
    public float* Take(long count)
    {
        if (_memory is null || _memory.Length < count)
        {
            _memory?.Dispose();
            _memory = new NativeBuffer(count + (count >> 2));
        }
        return _memory.Pointer;
    }

    public void Dispose() => _memory?.Dispose();
}
