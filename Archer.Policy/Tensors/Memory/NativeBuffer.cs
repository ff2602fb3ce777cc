using System.Runtime.InteropServices;

namespace Archer.Policy.Tensors;

/// <summary>
/// Zeros outside the managed heap, 64-byte aligned, with one spare vector behind the end that kernels may read. The system zeroes the pages of a
/// large buffer at their first use: what nobody touches takes no memory.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    public const int Alignment = 64;
    private const int SpareFloats = 16;
    private readonly void* _allocation;
    private float* _pointer;

    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        var bytes = checked((nuint)(length + SpareFloats) * sizeof(float));
        _allocation = NativeMemory.AllocZeroed(bytes + Alignment);
        _pointer = (float*)(((nuint)_allocation + Alignment - 1) & ~(nuint)(Alignment - 1));
        GC.AddMemoryPressure((long)bytes);
    }

    ~NativeBuffer() => Release();

    public long Length { get; }

    public float* Pointer => _pointer != null ? _pointer : throw new ObjectDisposedException(nameof(NativeBuffer));

    public Span<float> Span => new(Pointer, checked((int)Length));

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (_pointer == null)
        {
            return;
        }

        NativeMemory.Free(_allocation);
        _pointer = null;
        GC.RemoveMemoryPressure((Length + SpareFloats) * sizeof(float));
    }
}
