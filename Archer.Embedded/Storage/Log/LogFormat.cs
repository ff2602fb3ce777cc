using System.Buffers.Binary;

namespace Archer.Embedded.Storage;

/// <summary>What stands before a record's payload.</summary>
/// <param name="Length">Length of the payload, in bytes.</param>
/// <param name="DurableBefore">Length of the segment that was known to be on disk when this record was written.</param>
/// <param name="PayloadCrc">CRC-32C of the payload.</param>
internal readonly record struct LogRecordHeader(int Length, int DurableBefore, uint PayloadCrc);

/// <summary>
/// Layout of a segment file, little-endian.
/// Segment: magic 8 · version 4 · number 4 · length of the segment before 8 · zero 4 · CRC-32C of these 28 bytes.
/// Record: payload length 4 · durable before 4 · CRC-32C of the payload 4 · CRC-32C of these 12 bytes · payload.
/// A record's "durable before" lets a start tell a torn tail from damage: a later record proves that what lies before it was once on disk.
/// </summary>
internal static class LogFormat
{
    public const int Version = 1;
    public const int SegmentHeaderBytes = 32;
    public const int RecordHeaderBytes = 16;
    public const int MostPayloadBytes = 256 << 20;

    private static ReadOnlySpan<byte> Magic => "ARCHRLOG"u8;

    public static void WriteSegmentHeader(Span<byte> target, int number, long previousLength)
    {
        target[..SegmentHeaderBytes].Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], number);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], previousLength);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], Crc32C.Compute(target[..28]));
    }

    /// <summary>Null when the header is right; otherwise what was expected and what was found.</summary>
    public static (string Expected, string Actual)? FindHeaderFlaw(ReadOnlySpan<byte> source, int number, out long previousLength)
    {
        previousLength = 0;
        if (source.Length < SegmentHeaderBytes)
        {
            return ($"a header of {SegmentHeaderBytes} bytes", $"{source.Length} bytes");
        }

        if (!source[..8].SequenceEqual(Magic))
        {
            return ($"magic {Convert.ToHexString(Magic)}", Convert.ToHexString(source[..8]));
        }

        var crc = Crc32C.Compute(source[..28]);
        var storedCrc = BinaryPrimitives.ReadUInt32LittleEndian(source[28..]);
        if (crc != storedCrc)
        {
            return ($"header checksum {storedCrc:X8}", $"{crc:X8}");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(source[8..]);
        var storedNumber = BinaryPrimitives.ReadInt32LittleEndian(source[12..]);
        previousLength = BinaryPrimitives.ReadInt64LittleEndian(source[16..]);
        return version != Version ? ($"format version {Version}", $"version {version}")
            : storedNumber != number ? ($"segment number {number}", $"number {storedNumber}")
            : null;
    }

    public static void WriteRecordHeader(Span<byte> target, LogRecordHeader header)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], header.DurableBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], header.PayloadCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], Crc32C.Compute(target[..12]));
    }

    /// <summary>False when the bytes are not a record's header.</summary>
    public static bool TryReadRecordHeader(ReadOnlySpan<byte> source, out LogRecordHeader header)
    {
        if (source.Length < RecordHeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source[12..]) != Crc32C.Compute(source[..12]))
        {
            header = default;
            return false;
        }

        header = new LogRecordHeader(
            BinaryPrimitives.ReadInt32LittleEndian(source),
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[8..]));
        return header.Length is >= 0 and <= MostPayloadBytes;
    }
}
