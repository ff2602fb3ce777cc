using System.Buffers.Binary;
using System.Numerics;

namespace Archer.Embedded.Storage;

/// <summary>CRC-32C (Castagnoli, RFC 3720): the checksum of every record. Uses the processor's instruction where there is one.</summary>
internal static class Crc32C
{
    /// <summary>Checksum of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
