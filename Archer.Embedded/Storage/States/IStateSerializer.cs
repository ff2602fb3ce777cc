using System.Buffers;

namespace Archer.Embedded.Storage;

/// <summary>Turns states into bytes and back. Thread-safe.</summary>
public interface IStateSerializer
{
    /// <summary>Appends the state's bytes.</summary>
    void Serialize<T>(T state, IBufferWriter<byte> target);

    /// <summary>Reads what <see cref="Serialize{T}"/> wrote.</summary>
    T Deserialize<T>(ReadOnlySpan<byte> source);
}
