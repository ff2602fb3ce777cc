using Archer.Trainer.Episodes;

namespace Archer.Trainer.Learning;

/// <summary>Whether rewards say anything at all; pure.</summary>
public static class RewardSignal
{
    /// <summary>
    /// Standard deviation (n − 1) of the discounted returns that followed the learned turns, in the task's units. Nothing is bootstrapped: it depends on
    /// rewards alone, and an untrained critic's noise is not in it. 0 for fewer than two turns.
    /// </summary>
    /// <param name="episodes">Episodes.</param>
    /// <param name="discount">γ per turn.</param>
    public static double Deviation(IEnumerable<Episode> episodes, float discount)
    {
        double mean = 0, squares = 0;
        long count = 0;
        foreach (var episode in episodes)
        {
            double following = 0;
            for (var i = episode.LearnedTurns - 1; i >= 0; i--)
            {
                following = episode.Turns[i].Reward + discount * following;
                var difference = following - mean;
                mean += difference / ++count;
                squares += difference * (following - mean);
            }
        }

        return count < 2 ? 0 : Math.Sqrt(squares / (count - 1));
    }
}
