using System.Buffers;

namespace Archer.Embedded.Storage;

/// <summary>One buffer for each thread: a state is serialised and handed to the log without an await in between.</summary>
internal static class StateBuffer
{
    private const int MostKept = 1 << 20;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? kept;

    /// <summary>An empty buffer, valid until this thread rents again.</summary>
    public static ArrayBufferWriter<byte> Rent()
    {
        if (kept is null || kept.Capacity > MostKept)
        {
            kept = new ArrayBufferWriter<byte>(4096);
        }

        kept.ResetWrittenCount();
        return kept;
    }
}
