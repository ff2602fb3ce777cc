namespace Archer.Silo.Charts;

/// <summary>Sums over the newest observations, of which each point stands for some.</summary>
internal static class MovingSums
{
    /// <summary>For each point, the first one of the window that ends with it: as many whole points as hold at most <paramref name="observations"/>, at least one.</summary>
    public static int[] Windows(IReadOnlyList<long> counts, long observations)
    {
        var firsts = new int[counts.Count];
        long inside = 0;
        for (int last = 0, first = 0; last < counts.Count; last++)
        {
            inside += counts[last];
            while (inside > observations && first < last)
            {
                inside -= counts[first++];
            }

            firsts[last] = first;
        }

        return firsts;
    }

    /// <summary>Means over those windows, weighted by count.</summary>
    public static double[] Averages(IReadOnlyList<double> values, IReadOnlyList<long> counts, long observations)
    {
        var firsts = Windows(counts, observations);
        var averages = new double[values.Count];
        for (var last = 0; last < averages.Length; last++)
        {
            double sum = 0, weight = 0;
            for (var i = firsts[last]; i <= last; i++)
            {
                sum += values[i] * counts[i];
                weight += counts[i];
            }

            averages[last] = sum / weight;
        }

        return averages;
    }
}
