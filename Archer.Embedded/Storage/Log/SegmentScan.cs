namespace Archer.Embedded.Storage;

/// <summary>Reads a segment's records in order and says where and why reading ended.</summary>
internal static class SegmentScan
{
    /// <summary>A place that is not a record, and what is wrong with it.</summary>
    public readonly record struct Flaw(int Offset, string Expected, string Actual);

    /// <summary>Visits the records; returns the first flaw, or null when the segment ends with its last record.</summary>
    public static Flaw? Run(int segment, ReadOnlySpan<byte> bytes, LogRecordVisitor visit) => Run(segment, bytes, visit, out _);

    /// <summary>The same; <paramref name="durable"/> is the length of the segment that its records vouch for.</summary>
    public static Flaw? Run(int segment, ReadOnlySpan<byte> bytes, LogRecordVisitor visit, out int durable)
    {
        durable = 0;
        var offset = LogFormat.SegmentHeaderBytes;
        while (offset < bytes.Length)
        {
            if (FindFlaw(bytes, offset, out var header) is { } flaw)
            {
                return flaw;
            }

            durable = header.DurableBefore;
            visit(new LogAddress(segment, offset, header.Length), bytes.Slice(offset + LogFormat.RecordHeaderBytes, header.Length));
            offset += LogFormat.RecordHeaderBytes + header.Length;
        }

        return null;
    }

    /// <summary>
    /// Whether a record behind <paramref name="offset"/> was written when the bytes at it were already on disk.
    /// Then a crash cannot have torn them: they were damaged later.
    /// </summary>
    public static bool WasDurable(ReadOnlySpan<byte> bytes, int offset)
    {
        for (var i = offset + 1; i <= bytes.Length - LogFormat.RecordHeaderBytes; i++)
        {
            if (LogFormat.TryReadRecordHeader(bytes[i..], out var header) && header.DurableBefore > offset && header.DurableBefore <= i
                && FindFlaw(bytes, i, out _) is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is wrong with the record at an offset; null when it is whole.</summary>
    public static Flaw? FindFlaw(ReadOnlySpan<byte> bytes, int offset, out LogRecordHeader header)
    {
        var rest = bytes[offset..];
        if (!LogFormat.TryReadRecordHeader(rest, out header))
        {
            var actual = rest.Length < LogFormat.RecordHeaderBytes
                ? $"{rest.Length} bytes"
                : Convert.ToHexString(rest[..LogFormat.RecordHeaderBytes]);
            return new Flaw(offset, $"a record header of {LogFormat.RecordHeaderBytes} bytes with its checksum", actual);
        }

        var payload = rest[LogFormat.RecordHeaderBytes..];
        if (payload.Length < header.Length)
        {
            return new Flaw(offset, $"a payload of {header.Length} bytes", $"{payload.Length} bytes");
        }

        var crc = Crc32C.Compute(payload[..header.Length]);
        return crc == header.PayloadCrc ? null : new Flaw(offset, $"payload checksum {header.PayloadCrc:X8}", $"{crc:X8}");
    }
}
