namespace Archer.Policy.Generation;

/// <summary>
/// Uniform numbers by (seed, index), without state: what one utterance draws does not depend on the others in its batch.
/// The mixer is SplitMix64 (Steele, Lea, Flood 2014).
/// </summary>
internal static class SamplingNoise
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public static double Uniform(ulong seed, int index) => (Draw(seed, index) >> 11) * (1.0 / (1UL << 53));

    public static ulong Draw(ulong seed, int index) => Mix(Mix(seed + GoldenGamma) + (GoldenGamma * ((ulong)index + 1)));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
