namespace Archer.Policy.Tests.Tensors;

/// <summary>Seeded numbers for tests.</summary>
internal static class TestNumbers
{
    public static float[] Normal(int count, int seed, double deviation = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    public static int[] Below(int limit, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(limit))];
    }
}
