namespace Archer.Trainer.Learning;

/// <summary>Brings the advantages of one iteration to mean 0 and standard deviation 1; pure.</summary>
public static class AdvantageScale
{
    private const double Epsilon = 1e-8;

    /// <summary>
    /// A ← (A − mean) / (max(deviation, floor) + 1e-8), deviation with n − 1; fewer than two advantages stay as they are.
    /// </summary>
    /// <param name="advantages">A.</param>
    /// <param name="floor">Least deviation that is divided by, in the advantages' unit.</param>
    public static void Normalize(Span<float> advantages, double floor)
    {
        if (advantages.Length < 2)
        {
            return;
        }

        (var mean, var deviation) = Moments(advantages);
        for (var i = 0; i < advantages.Length; i++)
        {
            advantages[i] = (float)((advantages[i] - mean) / (Math.Max(deviation, floor) + Epsilon));
        }
    }

    /// <summary>Standard deviation with n − 1; of fewer than two advantages the magnitude, as there is nothing to compare with.</summary>
    public static double Deviation(ReadOnlySpan<float> advantages) =>
        advantages.Length < 2 ? (advantages.Length == 0 ? 0 : MathF.Abs(advantages[0])) : Moments(advantages).Deviation;

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<float> advantages)
    {
        double mean = 0, squares = 0;
        foreach (var advantage in advantages)
        {
            mean += advantage;
        }

        mean /= advantages.Length;
        foreach (var advantage in advantages)
        {
            squares += (advantage - mean) * (advantage - mean);
        }

        return (mean, Math.Sqrt(squares / (advantages.Length - 1)));
    }
}
