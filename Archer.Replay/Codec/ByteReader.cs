using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Archer.Replay.Codec;

/// <summary>Reads what <see cref="ByteWriter"/> wrote; every length is checked against the bytes that are left.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;

    /// <summary>Offset of the next byte.</summary>
    public int Offset { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _source[Offset..];

    public readonly bool AtEnd => Offset == _source.Length;

    public byte Byte() => Take(1)[0];

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed("a varint of at most 10 bytes", "a longer one");
    }

    public long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int Int32()
    {
        var value = Signed();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Malformed("a number of 32 bits", $"{value}");
    }

    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    public ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public string Text() => Encoding.UTF8.GetString(Take(Count(1)));

    public ImmutableArray<int> Ids()
    {
        var values = ImmutableArray.CreateBuilder<int>(Count(1));
        for (var i = values.Capacity; i > 0; i--)
        {
            values.Add(unchecked((int)(uint)Varint()));
        }

        return values.MoveToImmutable();
    }

    public ImmutableArray<float> Singles()
    {
        var values = ImmutableArray.CreateBuilder<float>(Count(sizeof(float)));
        for (var i = values.Capacity; i > 0; i--)
        {
            values.Add(Single());
        }

        return values.MoveToImmutable();
    }

    /// <summary>The error for bytes that are not what they should be.</summary>
    public readonly ReplayException Malformed(string expected, string actual) =>
        new($"A replay row of {_source.Length} bytes is malformed at offset {Offset}: expected {expected}, found {actual}.");

    private int Count(int elementBytes)
    {
        var count = Varint();
        var left = _source.Length - Offset;
        return count <= (ulong)(left / elementBytes)
            ? (int)count
            : throw Malformed($"at most {left / elementBytes} elements of {elementBytes} bytes", $"{count}");
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (_source.Length - Offset < bytes)
        {
            throw Malformed($"{bytes} bytes", $"{_source.Length - Offset}");
        }

        Offset += bytes;
        return _source.Slice(Offset - bytes, bytes);
    }
}
