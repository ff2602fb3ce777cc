using System.Numerics;
using System.Runtime.InteropServices;

namespace Archer.Replay.Sqlite;

/// <summary>CRC-32C of a stored record: SQLite checks the structure of its pages, not the bytes in them.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var value = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            value = BitOperations.Crc32C(value, word);
        }

        foreach (var last in bytes[(words.Length * sizeof(ulong))..])
        {
            value = BitOperations.Crc32C(value, last);
        }

        return ~value;
    }

    /// <summary>Checks a record that was read.</summary>
    /// <exception cref="StorageDamagedException">The bytes are not those that were written.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, long expected, string record)
    {
        var actual = Of(bytes);
        if (actual != expected)
        {
            throw new StorageDamagedException(
                $"{record} is damaged: expected checksum {expected:x8}, found {actual:x8} over {bytes.Length} bytes. "
                + "Restore the data directory from a backup; everything else is still served.");
        }
    }
}
