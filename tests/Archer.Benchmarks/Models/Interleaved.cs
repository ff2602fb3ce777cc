namespace Archer.Benchmarks.Models;

/// <summary>Ours and the rival in turn, medians of both (best in brackets): what else the machine does meets both alike.</summary>
internal static class Interleaved
{
    public static void Report(string name, int rounds, string unit, Func<double> ours, Func<double>? rival)
    {
        List<double> mine = [], other = [];
        ours();
        for (var i = 0; i < rounds; i++)
        {
            mine.Add(ours());
            if (rival is not null)
            {
                other.Add(rival());
            }
        }
        var line = $"{name,-34} {mine.Median(),10:N0} ({mine.Max():N0}) {unit}";
        if (rival is not null)
        {
            line += $"   PyTorch {other.Median(),8:N0} ({other.Max():N0})";
            line += $"   ratio {mine.Median() / other.Median():0.00} ({mine.Max() / other.Max():0.00})";
        }
        Console.WriteLine(line);
    }
}
