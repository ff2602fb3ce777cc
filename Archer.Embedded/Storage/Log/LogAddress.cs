namespace Archer.Embedded.Storage;

/// <summary>Where a record lies in a <see cref="SegmentedLog"/>: 12 bytes, meant to be kept in an index in memory.</summary>
/// <param name="Segment">Number of the segment, from 1.</param>
/// <param name="Offset">Offset of the record's header in the segment's file, in bytes.</param>
/// <param name="Length">Length of the payload, in bytes.</param>
public readonly record struct LogAddress(int Segment, int Offset, int Length)
{
    /// <summary>Bytes that the record takes on disk, header included.</summary>
    public int RecordBytes => LogFormat.RecordHeaderBytes + Length;
}

/// <summary>An append that is on its way to the disk.</summary>
/// <param name="Address">Where the record will lie; readable once <paramref name="Durable"/> has completed.</param>
/// <param name="Durable">Completes when the record and all before it survive a crash; shared by all appends of one batch.</param>
public readonly record struct LogAppend(LogAddress Address, Task Durable);

/// <summary>Receives the records of a log in the order in which they were appended; the span is valid during the call only.</summary>
public delegate void LogRecordVisitor(LogAddress address, ReadOnlySpan<byte> payload);
