namespace Archer.Client.Randomness;

/// <summary>
/// A seeded 64-bit generator whose sequence is fixed for all platforms and releases.
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
/// </summary>
/// <param name="seed">Any value; equal seeds give equal sequences.</param>
public struct SplitMix64(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private ulong _state = seed;

    /// <summary>What <c>new SplitMix64(State)</c> goes on from: exact resume.</summary>
    public readonly ulong State => _state;

    /// <summary>Uniform 64 bits.</summary>
    public ulong Next() => Finish(_state += Increment);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="bound"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // The high half of the 128-bit product: the bias is below bound / 2^64.
        return (int)Math.BigMul(Next(), (ulong)bound, out _);
    }

    /// <summary>The seed of part <paramref name="index"/> of what <paramref name="seed"/> seeds: independent streams from one number.</summary>
    public static ulong Derive(ulong seed, ulong index) => Finish(Finish(seed + Increment) + Increment * (index + 1));

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
