using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;

namespace Archer.Trainer.Tests.Learning;

public sealed class RewardSignalTests
{
    [Fact]
    public void Deviation_IsThatOfTheDiscountedReturns()
    {
        var episodes = Episodes(200);
        List<double> returns = [];
        foreach (var episode in episodes)
        {
            for (var first = 0; first < episode.Turns.Length; first++)
            {
                returns.Add(Enumerable.Range(first, episode.Turns.Length - first).Sum(turn => Math.Pow(0.95, turn - first) * episode.Turns[turn].Reward));
            }
        }

        var mean = returns.Average();
        var expected = Math.Sqrt(returns.Sum(value => Math.Pow(value - mean, 2)) / (returns.Count - 1));

        Assert.Equal(expected, RewardSignal.Deviation(episodes, 0.95f), 1e-5);
        Assert.True(expected > 0.5);
    }

    [Fact]
    public void Deviation_OfEqualRewards_IsZero()
    {
        Assert.Equal(0, RewardSignal.Deviation(Episodes(50).Select(episode => episode with { Turns = [.. episode.Turns.Select(turn => turn with { Reward = 0 })] }), 0.95f));
        Assert.Equal(0, RewardSignal.Deviation([], 0.95f));
    }

    [Fact]
    public void Health_CountsUtterancesCutOff_AndSurpriseAgainstAUniformChoice()
    {
        var episodes = Episodes(20);

        var health = LearningHealth.Of([.. episodes.Select(episode => episode with { CutOffTurns = episode.Turns.Length })], episodes, 0.95f, tokens: SampleEpisodes.Vocabulary);

        Assert.Equal(1, health.CutOffShare);
        Assert.Equal(1, health.EntropyShare!.Value, 1e-6);
        Assert.Equal(20, health.Held);
        Assert.Null(LearningHealth.Of([.. episodes.Select(episode => episode with { OtherSampling = "top_p" })], episodes, 0.95f, 300).EntropyShare);
    }

    private static IReadOnlyList<Episode> Episodes(int count)
    {
        var buffer = new EpisodeBuffer(count);
        foreach (var entry in SampleEpisodes.Log(count, seed: 2))
        {
            buffer.Take(entry);
        }

        return buffer.Episodes;
    }
}
