using System.Globalization;

namespace Archer.Silo.Charts;

/// <summary>Round places on an axis, and how they are written.</summary>
internal static class Ticks
{
    private static readonly int[] Seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];

    /// <summary>The least of 1, 2 or 5 times a power of ten that divides a length into at most <paramref name="most"/> parts.</summary>
    public static double NumberStep(double from, double to, int most)
    {
        var rough = (to - from) / Math.Max(1, most);
        if (!(rough > 0) || !double.IsFinite(rough))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(candidate => candidate >= rough * (1 - 1e-9));
    }

    /// <summary>The least whole number of seconds, minutes or hours that divides a time into at most <paramref name="most"/> parts.</summary>
    public static double TimeStep(double from, double to, int most)
    {
        var rough = (to - from) / Math.Max(1, most);
        return Seconds.FirstOrDefault(candidate => candidate >= rough, Seconds[^1] * Math.Max(1, (int)Math.Ceiling(rough / Seconds[^1])));
    }

    /// <summary>Multiples of a step between two ends.</summary>
    public static double[] Multiples(double from, double to, double step)
    {
        var first = Math.Ceiling((from / step) - 1e-9);
        var count = (int)Math.Max(0, Math.Floor((to / step) + 1e-9) - first + 1);
        return [.. Enumerable.Range(0, count).Select(index => (first + index) * step)];
    }

    /// <summary>Grouped thousands, a true minus sign, as many decimals as a step between ticks needs.</summary>
    public static string Write(double value, double step)
    {
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 6);
        return (Math.Round(value, decimals) + 0.0).ToString("N" + decimals, CultureInfo.InvariantCulture).Replace('-', '−');
    }

    public static string WriteTime(double seconds, double step) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)).ToString(
            step < 60 ? "HH:mm:ss" : step < 86_400 ? "HH:mm" : "MM-dd", CultureInfo.InvariantCulture);
}
