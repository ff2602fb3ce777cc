using System.Runtime.InteropServices;

namespace Archer.Policy.Tensors;

/// <summary>Floats outside the managed heap, 64-byte aligned, with one spare vector behind the end that kernels may read.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    public const int Alignment = 64;
    private const int SpareFloats = 16;
    private float* pointer;

    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = checked((nuint)(length + SpareFloats) * sizeof(float));
        pointer = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(pointer, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    ~NativeBuffer() => Release();

    public long Length { get; }

    public float* Pointer => pointer != null ? pointer : throw new ObjectDisposedException(nameof(NativeBuffer));

    public Span<float> Span => new(Pointer, checked((int)Length));

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (pointer == null)
            return;
        NativeMemory.AlignedFree(pointer);
        pointer = null;
        GC.RemoveMemoryPressure((Length + SpareFloats) * sizeof(float));
    }
}
