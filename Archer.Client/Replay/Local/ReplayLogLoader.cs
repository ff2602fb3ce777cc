using Archer.Embedded.Storage;

namespace Archer.Client.Replay;

/// <summary>Rebuilds the index from the log's records, in their order.</summary>
internal static class ReplayLogLoader
{
    public static void Visit(ReplayIndex index, LogAddress address, ReadOnlySpan<byte> record)
    {
        var from = new ByteReader(record);
        var kind = (ReplayLogRecordKind)from.Byte();
        var position = from.Signed();
        switch (kind)
        {
            case ReplayLogRecordKind.Row:
                var first = from.Signed();
                index.AddRow(ReplayRowCodec.DecodeKey(from.Rest), position, first, address);
                break;
            case ReplayLogRecordKind.Erased:
                var conversation = from.Text();
                index.Erase(conversation, position, ReadErasure(ref from), address);
                break;
            case ReplayLogRecordKind.Evicted:
                var firstPosition = from.Signed();
                index.Evict(from.Text(), new EvictedEpisode(firstPosition, position));
                break;
            case ReplayLogRecordKind.Counters:
                index.Restore(position, from.Signed(), from.Signed());
                break;
            default:
                throw from.Malformed("a record kind from 1 to 4", $"{(byte)kind}, which another release wrote");
        }
    }

    /// <summary>Earlier releases wrote tombstones without it.</summary>
    private static ReplayErasure ReadErasure(ref ByteReader from) =>
        from.AtEnd ? default : new ReplayErasure((int)from.Signed(), from.Signed(), from.Signed());

    /// <summary>Whether a clean-up must keep the record at an address; the entry that points to it, when one does.</summary>
    public static bool IsLive(ReplayIndex index, LogAddress address, ReadOnlySpan<byte> record, out IndexedEntry? entry)
    {
        entry = null;
        var from = new ByteReader(record);
        var kind = (ReplayLogRecordKind)from.Byte();
        var position = from.Signed();
        if (kind is ReplayLogRecordKind.Row or ReplayLogRecordKind.Erased)
        {
            entry = index.Find(position);
            return entry?.Address == address;
        }

        if (kind != ReplayLogRecordKind.Evicted)
        {
            return false;
        }

        // The conversation may have come back since and been evicted again: only the last eviction counts.
        from.Signed();
        return index.FindEvicted(from.Text())?.LastPosition == position;
    }
}
