using Archer.Client.Randomness;

namespace Archer.Client.Tests.Randomness;

public sealed class SplitMix64Tests
{
    [Fact]
    public void Next_SeedOfThePublishedVectors_GivesThem()
    {
        // The published test vector of the reference implementation for seed 1234567.
        var random = new SplitMix64(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.All(expected, value => Assert.Equal(value, random.Next()));
    }

    [Fact]
    public void NextInt_ManyDraws_AreUniform()
    {
        var random = new SplitMix64(7);
        var counts = new int[10];
        for (var i = 0; i < 100_000; i++)
        {
            counts[random.NextInt(10)]++;
        }
        // Six standard deviations of a binomial(100,000, 0.1) are 569.
        Assert.All(counts, count => Assert.InRange(count, 9_431, 10_569));
    }

    [Fact]
    public void NextInt_BoundOfZero_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SplitMix64(1).NextInt(0));

    [Fact]
    public void Derive_NeighbouringSeedsAndIndices_AreAllDifferent()
    {
        var seeds = from seed in Enumerable.Range(0, 300) from index in Enumerable.Range(0, 300) select SplitMix64.Derive((ulong)seed, (ulong)index);
        Assert.Equal(90_000, seeds.Distinct().Count());
    }
}
