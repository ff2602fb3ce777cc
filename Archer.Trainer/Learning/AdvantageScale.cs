namespace Archer.Trainer.Learning;

/// <summary>Brings the advantages of one iteration to mean 0 and standard deviation 1; pure.</summary>
public static class AdvantageScale
{
    private const double Epsilon = 1e-8;

    /// <summary>A ← (A − mean) / (deviation + 1e-8), deviation with n − 1; fewer than two advantages stay as they are. Returns the deviation.</summary>
    public static double Normalize(Span<float> advantages)
    {
        if (advantages.Length < 2)
            return 0;
        double mean = 0, squares = 0;
        foreach (float advantage in advantages)
            mean += advantage;
        mean /= advantages.Length;
        foreach (float advantage in advantages)
            squares += (advantage - mean) * (advantage - mean);
        double deviation = Math.Sqrt(squares / (advantages.Length - 1));
        for (int i = 0; i < advantages.Length; i++)
            advantages[i] = (float)((advantages[i] - mean) / (deviation + Epsilon));
        return deviation;
    }
}
