using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Archer.Embedded.Storage;

/// <summary>
/// Name of a state: state name and grain, as bytes that stand in each record and as the 128-bit hash of them that the index holds.
/// A million conversations so take 50 to 110 MB of index; a cryptographic hash makes a collision impossible to come upon or to provoke.
/// </summary>
internal readonly struct StateKey
{
    public StateKey(string stateName, GrainId grain)
    {
        var type = grain.Type.AsSpan();
        var key = grain.Key.AsSpan();
        Bytes = new byte[(2 * sizeof(int)) + Encoding.UTF8.GetByteCount(stateName) + type.Length + key.Length];
        var nameBytes = Encoding.UTF8.GetBytes(stateName, Bytes.AsSpan(2 * sizeof(int)));
        BinaryPrimitives.WriteInt32LittleEndian(Bytes, nameBytes);
        BinaryPrimitives.WriteInt32LittleEndian(Bytes.AsSpan(sizeof(int)), type.Length);
        type.CopyTo(Bytes.AsSpan((2 * sizeof(int)) + nameBytes));
        key.CopyTo(Bytes.AsSpan((2 * sizeof(int)) + nameBytes + type.Length));
        Hash = HashOf(Bytes);
    }

    public byte[] Bytes { get; }

    public UInt128 Hash { get; }

    public static UInt128 HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
