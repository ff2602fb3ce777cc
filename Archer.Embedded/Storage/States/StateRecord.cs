using System.Buffers;
using System.Buffers.Binary;

namespace Archer.Embedded.Storage;

/// <summary>
/// A record of the log of states, little-endian: kind 1 (1 = written, 2 = cleared) · version 8 · key length 4 · key · the state's bytes.
/// </summary>
internal readonly ref struct StateRecord
{
    private const byte Written = 1;
    private const byte Cleared = 2;
    private const int FixedBytes = 13;

    private StateRecord(bool isCleared, long version, ReadOnlySpan<byte> key, ReadOnlySpan<byte> state)
    {
        (IsCleared, Version) = (isCleared, version);
        Key = key;
        State = state;
    }

    public bool IsCleared { get; }

    public long Version { get; }

    public ReadOnlySpan<byte> Key { get; }

    public ReadOnlySpan<byte> State { get; }

    public static void Begin(IBufferWriter<byte> target, StateKey key, long version, bool isCleared)
    {
        var span = target.GetSpan(FixedBytes + key.Bytes.Length);
        span[0] = isCleared ? Cleared : Written;
        BinaryPrimitives.WriteInt64LittleEndian(span[1..], version);
        BinaryPrimitives.WriteInt32LittleEndian(span[9..], key.Bytes.Length);
        key.Bytes.CopyTo(span[FixedBytes..]);
        target.Advance(FixedBytes + key.Bytes.Length);
    }

    /// <exception cref="InvalidDataException">The record is whole but of another layout.</exception>
    public static StateRecord Parse(ReadOnlySpan<byte> record)
    {
        if (record.Length < FixedBytes || record[0] is not (Written or Cleared)
            || BinaryPrimitives.ReadInt32LittleEndian(record[9..]) is var keyLength && (uint)keyLength > record.Length - FixedBytes)
        {
            throw new InvalidDataException(
                $"A record of {record.Length} bytes is no state of layout 1: the directory belongs to something else or to another release.");
        }

        var version = BinaryPrimitives.ReadInt64LittleEndian(record[1..]);
        return new StateRecord(record[0] == Cleared, version, record.Slice(FixedBytes, keyLength), record[(FixedBytes + keyLength)..]);
    }
}
