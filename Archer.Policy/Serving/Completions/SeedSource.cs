using System.Buffers.Binary;
using System.Security.Cryptography;
using Archer.Client.Randomness;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Completions;

/// <summary>Seeds for requests that bring none.</summary>
internal sealed class SeedSource(IOptions<PolicyServerOptions> options)
{
    private readonly ulong _start = options.Value.Seed ?? BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private long _count;

    public ulong Next() => SplitMix64.Derive(_start, (ulong)Interlocked.Increment(ref _count));
}
