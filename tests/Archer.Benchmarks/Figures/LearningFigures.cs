using System.Collections.Immutable;
using System.Globalization;
using Archer.Silo.Charts;
using Archer.Tasks;

namespace Archer.Benchmarks.Figures;

/// <summary>Draws the figures of docs/results from the tables that stand there, with the charts of the page.</summary>
internal static class LearningFigures
{
    private static readonly ChartSize Size = new(760, 300);

    public static void Run()
    {
        var results = Path.Combine(FindRepository(), "docs", "results");
        var cells = Cells(File.ReadLines(Path.Combine(results, "learning.md"))).ToList();
        foreach (var temperature in cells.Select(cell => cell.Temperature).Distinct())
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"learning-t{temperature * 10:00}.svg");
            File.WriteAllText(Path.Combine(results, name), Draw([.. cells.Where(cell => cell.Temperature == temperature)], temperature));
            Console.WriteLine($"docs/results/{name}");
        }
    }

    /// <summary>The rows of the table that begins with seed, conversations, seconds, version, T, games, mean return.</summary>
    internal static IEnumerable<Cell> Cells(IEnumerable<string> lines) =>
        from line in lines
        let fields = line.Split('|', StringSplitOptions.TrimEntries)
        where fields.Length > 8 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out _) && fields[4].StartsWith('v')
        select new Cell(
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            double.Parse(fields[2], NumberStyles.AllowThousands, CultureInfo.InvariantCulture),
            double.Parse(fields[5], CultureInfo.InvariantCulture),
            double.Parse(fields[7].Split(' ')[0], CultureInfo.InvariantCulture));

    internal static string Draw(ImmutableArray<Cell> cells, double temperature)
    {
        var seeds = cells.Select(cell => cell.Seed).Distinct().Order().ToList();
        var last = cells.Where(cell => cell.Conversations == cells.Max(other => other.Conversations)).Select(cell => cell.Return).ToList();
        return new LineChart
        {
            Text = new ChartText(
                "learning",
                string.Create(CultureInfo.InvariantCulture, $"Mean return of fresh games against conversations learned from, T {temperature}"),
                string.Create(CultureInfo.InvariantCulture, $"{seeds.Count} seeds: from {cells.Min(cell => cell.Return):F2} at worst to between {last.Min():F2} and {last.Max():F2} at the end."),
                "conversations learned from",
                "mean return"),
            Series = [.. seeds.Select((seed, color) => Series(seed, color, [.. cells.Where(cell => cell.Seed == seed).OrderBy(cell => cell.Conversations)]))],
            Levels = AgentCharts.LevelsOf(TaskCatalog.Default.Name),
        }.Draw(Size);
    }

    private static LineSeries Series(int seed, int color, Cell[] cells) => new()
    {
        Name = $"seed {seed}",
        Color = color,
        Line = [.. cells.Select(cell => (cell.Conversations, cell.Return))],
        Dots = [.. cells.Select(cell => (cell.Conversations, cell.Return))],
        DotRadius = 2.5,
    };

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Archer.Orleans.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No Archer.Orleans.sln above {AppContext.BaseDirectory}.");
    }

    /// <summary>One measured mean return.</summary>
    internal readonly record struct Cell(int Seed, double Conversations, double Temperature, double Return);
}
