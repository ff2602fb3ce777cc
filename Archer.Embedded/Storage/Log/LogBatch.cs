using System.Buffers.Binary;

namespace Archer.Embedded.Storage;

/// <summary>Records that are written and flushed together; filled by appenders under the writer's lock, then owned by its thread.</summary>
internal sealed class LogBatch(int segment, int offset, bool startsSegment, byte[] buffer)
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Segment { get; } = segment;

    /// <summary>Offset of the first record in the segment.</summary>
    public int Offset { get; } = offset;

    /// <summary>The segment's file is made for this batch.</summary>
    public bool StartsSegment { get; } = startsSegment;

    public byte[] Buffer { get; private set; } = buffer;

    public int Length { get; private set; }

    public int Records { get; private set; }

    public Task Durable => _durable.Task;

    public LogAddress Add(ReadOnlySpan<byte> payload, uint payloadCrc)
    {
        var needed = Length + LogFormat.RecordHeaderBytes + payload.Length;
        if (needed > Buffer.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>(Math.Max(needed, Buffer.Length * 2));
            Buffer.AsSpan(0, Length).CopyTo(larger);
            Buffer = larger;
        }

        var record = Buffer.AsSpan(Length);
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], payloadCrc);
        payload.CopyTo(record[LogFormat.RecordHeaderBytes..]);
        var address = new LogAddress(Segment, Offset + Length, payload.Length);
        Length = needed;
        Records++;
        return address;
    }

    /// <summary>Completes the headers: only now is it known how much of the segment is on disk.</summary>
    public void Stamp(int durableBefore)
    {
        for (var at = 0; at < Length;)
        {
            var record = Buffer.AsSpan(at);
            var length = BinaryPrimitives.ReadInt32LittleEndian(record);
            LogFormat.WriteRecordHeader(record, new LogRecordHeader(length, durableBefore, BinaryPrimitives.ReadUInt32LittleEndian(record[8..])));
            at += LogFormat.RecordHeaderBytes + length;
        }
    }

    public void Complete() => _durable.SetResult();

    public void Fail(LogFailedException failure)
    {
        _durable.SetException(failure);
        // Nobody need be waiting for it.
        _ = _durable.Task.Exception;
    }
}
