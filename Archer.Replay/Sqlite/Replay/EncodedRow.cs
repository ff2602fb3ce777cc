using Archer.Replay.Codec;

namespace Archer.Replay.Sqlite;

/// <summary>A row as it is stored; made on the caller's thread, so that the writer's has less to do.</summary>
internal readonly record struct EncodedRow(ReplayKey Key, byte[] Data, uint Checksum)
{
    public static EncodedRow From(ReplayRow row)
    {
        var data = ReplayRowCodec.Encode(row);
        return new EncodedRow(row.Key, data, Sqlite.Checksum.Of(data));
    }
}
