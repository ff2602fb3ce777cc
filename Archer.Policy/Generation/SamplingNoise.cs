using Archer.Client.Randomness;

namespace Archer.Policy.Generation;

/// <summary>Uniform numbers by (seed, index), without state: what one utterance draws does not depend on the others in its batch.</summary>
internal static class SamplingNoise
{
    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public static double Uniform(ulong seed, int index) => (SplitMix64.Derive(seed, (ulong)index) >> 11) * (1.0 / (1UL << 53));
}
