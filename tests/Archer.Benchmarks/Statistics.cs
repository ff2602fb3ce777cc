namespace Archer.Benchmarks;

/// <summary>What a benchmark reports of repeated measurements.</summary>
internal static class Statistics
{
    /// <summary>The middle one of some measurements, the upper of two.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return ordered[ordered.Count / 2];
    }

    /// <summary>Median of one number of each measurement.</summary>
    public static double Median<T>(this IEnumerable<T> measurements, Func<T, double> value) => measurements.Select(value).Median();
}
