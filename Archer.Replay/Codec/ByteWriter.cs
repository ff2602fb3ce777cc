using System.Buffers.Binary;
using System.Text;

namespace Archer.Replay.Codec;

/// <summary>Appends the codec's primitives to a growing buffer: varints for counts and ids, little-endian for fixed widths.</summary>
internal sealed class ByteWriter
{
    private byte[] _buffer = new byte[512];
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>Small magnitudes of either sign are short (zigzag).</summary>
    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    public void Single(float value) => BinaryPrimitives.WriteSingleLittleEndian(Reserve(sizeof(float)), value);

    public void Fixed(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);

    public void Text(string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)bytes);
        Encoding.UTF8.GetBytes(value, Reserve(bytes));
    }

    public void Ids(ReadOnlySpan<int> values)
    {
        Varint((ulong)values.Length);
        foreach (var value in values)
        {
            Varint((uint)value);
        }
    }

    public void Singles(ReadOnlySpan<float> values)
    {
        Varint((ulong)values.Length);
        foreach (var value in values)
        {
            Single(value);
        }
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_length + bytes, _buffer.Length * 2));
        }

        _length += bytes;
        return _buffer.AsSpan(_length - bytes, bytes);
    }
}
