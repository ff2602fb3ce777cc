namespace Archer.Client.Replay;

/// <summary>What a record of the local log says.</summary>
internal enum ReplayLogRecordKind : byte
{
    /// <summary>A row: position, first position of its episode, the row's bytes.</summary>
    Row = 1,

    /// <summary>A tombstone: position, conversation, what was removed.</summary>
    Erased = 2,

    /// <summary>An eviction: conversation, first and last position.</summary>
    Evicted = 3,

    /// <summary>Counters that stand for records which are no longer there.</summary>
    Counters = 4,
}

/// <summary>Writes and reads the records of the local log.</summary>
internal static class ReplayLogRecord
{
    public static void WriteRow(ByteWriter to, long position, long firstPosition, ReplayRow row)
    {
        Begin(to, ReplayLogRecordKind.Row, position);
        to.Signed(firstPosition);
        ReplayRowCodec.Write(row, to);
    }

    public static void WriteErased(ByteWriter to, long position, string conversation, ReplayErasure erasure)
    {
        Begin(to, ReplayLogRecordKind.Erased, position);
        to.Text(conversation);
        to.Signed(erasure.Rows);
        to.Signed(erasure.FirstPosition);
        to.Signed(erasure.LastPosition);
    }

    public static void WriteEvicted(ByteWriter to, string conversation, EvictedEpisode episode)
    {
        Begin(to, ReplayLogRecordKind.Evicted, episode.LastPosition);
        to.Signed(episode.FirstPosition);
        to.Text(conversation);
    }

    public static void WriteCounters(ByteWriter to, ReplayIndex index)
    {
        Begin(to, ReplayLogRecordKind.Counters, index.LastPosition);
        to.Signed(index.Inserted);
        to.Signed(index.Evicted);
    }

    /// <summary>The entry in a row's or a tombstone's record.</summary>
    public static ReplayEntry ReadEntry(ReadOnlySpan<byte> record)
    {
        var from = new ByteReader(record);
        var kind = (ReplayLogRecordKind)from.Byte();
        var position = from.Signed();
        if (kind == ReplayLogRecordKind.Erased)
        {
            return new ReplayEntry { Position = position, ErasedConversation = from.Text() };
        }

        from.Signed();
        return new ReplayEntry { Position = position, Row = ReplayRowCodec.Decode(from.Rest) };
    }

    private static void Begin(ByteWriter to, ReplayLogRecordKind kind, long position)
    {
        to.Clear();
        to.Byte((byte)kind);
        to.Signed(position);
    }
}
