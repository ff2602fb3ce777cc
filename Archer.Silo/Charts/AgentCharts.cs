using System.Collections.Immutable;
using System.Globalization;
using Archer.Client.History;
using Archer.Tasks;

namespace Archer.Silo.Charts;

/// <summary>The charts of an agent by name, each a function of its history.</summary>
internal static class AgentCharts
{
    private const long ReturnWindow = 200;
    private const long ReturnLeast = 30;
    private const long ShareWindow = 100;
    private const long LossWindow = 10;
    private const long LoadWindow = 5;

    private static readonly Dictionary<string, Func<AgentHistory, ChartSize, string?, string>> Charts = new(StringComparer.Ordinal)
    {
        ["return"] = Return,
        ["critic-loss"] = (history, size, _) => Loss(history, size, "critic", point => point.CriticLoss),
        ["actor-loss"] = (history, size, _) => Loss(history, size, "actor", point => point.ActorLoss),
        ["turns"] = (history, size, _) => Load(history, size, "turns", "Turns per second", "turns/s", point => point.TurnsPerSecond, LoadWindow),
        ["replay"] = (history, size, _) => Load(history, size, "replay", "Replay rows", "rows", point => point.ReplayRows, 1),
        ["calibration"] = (history, size, _) => Calibration(history, size),
        ["utterances"] = (history, size, _) => Utterances(history, size),
    };

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Charts.Keys.Order(StringComparer.Ordinal);

    /// <summary>A chart as SVG; null when there is none of that name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="history">What it shows.</param>
    /// <param name="size">Its size.</param>
    /// <param name="task">The agent's task, if it has one: its known levels stand in the chart of the return.</param>
    public static string? Draw(string name, AgentHistory history, ChartSize size, string? task) =>
        Charts.TryGetValue(name, out var draw) ? draw(history, size, task) : null;

    /// <summary>Returns that an agent's own can be compared with; none for an agent without a task.</summary>
    public static ImmutableArray<ChartLevel> LevelsOf(string? task) => TaskCatalog.TryFind(task, out var known) ? [.. known.Levels.Select(ToLevel)] : [];

    private static string Return(AgentHistory history, ChartSize size, string? task)
    {
        var episodes = history.Episodes;
        long[] counts = [.. episodes.Select(point => point.Count)];
        var averages = MovingSums.Averages([.. episodes.Select(point => point.Return)], counts, ReturnWindow);

        // Of many that begin together the shortest end first: an average of the first few would begin far too high.
        for (var i = 0; i < averages.Length && EndOf(episodes[i]) < ReturnLeast; i++)
        {
            averages[i] = double.NaN;
        }

        var chart = new LineChart
        {
            Text = new ChartText(
                "return", "Return per conversation", DescribeReturn(episodes, averages), "conversations", $"return, moving average over {ReturnWindow}"),
            Series =
            [
                new LineSeries
                {
                    Name = "moving average",
                    Line = [.. episodes.Select((point, index) => ((double)EndOf(point), averages[index]))],
                    Keys = [.. episodes.Select(point => point.Version)],
                    Dots = [.. episodes.Select(point => (point.First + ((point.Count - 1) / 2.0), point.Return))],
                },
            ],
            Levels = LevelsOf(task),
            Marks = [.. episodes.Where((point, index) => index > 0 && point.Version != episodes[index - 1].Version).Select(point => new ChartMark(point.First, point.Version))],
        };
        return chart.Draw(size);
    }

    private static string DescribeReturn(ImmutableArray<EpisodePoint> episodes, double[] averages) => episodes.IsEmpty
        ? "No conversation has ended yet."
        : double.IsNaN(averages[^1]) ? $"{EndOf(episodes[^1])} conversations have ended; their mean return is drawn from {ReturnLeast} on."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Mean return of the last {ReturnWindow} of {EndOf(episodes[^1]):N0} conversations: {averages[^1]:F2}; at the beginning {averages.First(double.IsFinite):F2}. The colour changes with the policy version, now {episodes[^1].Version}.");

    private static string Loss(AgentHistory history, ChartSize size, string network, Func<LearnerPoint, double?> loss)
    {
        var points = history.Learner.Where(point => loss(point) is not null).ToList();
        double[] values = [.. points.Select(point => loss(point)!.Value)];
        long[] counts = [.. points.Select(point => point.Count)];
        var averages = MovingSums.Averages(values, counts, LossWindow);
        var title = $"Loss of the {network}";
        return new LineChart
        {
            Text = new ChartText($"{network}-loss", title, Describe(title, averages, "F4"), "learner steps", $"loss, moving average over {LossWindow}"),
            Series =
            [
                new LineSeries
                {
                    Name = network,
                    Line = [.. points.Select((point, index) => ((double)point.Step, averages[index]))],
                    Dots = [.. points.Select((point, index) => ((double)point.Step, values[index]))],
                },
            ],
        }.Draw(size);
    }

    private static string Load(
        AgentHistory history, ChartSize size, string name, string title, string unit, Func<LoadPoint, double> value, long window)
    {
        double[] values = [.. history.Load.Select(value)];
        var averages = MovingSums.Averages(values, [.. history.Load.Select(point => point.Count)], window);
        return new LineChart
        {
            Text = new ChartText(name, title, Describe(title, averages, "N0"), "time (UTC)", unit),
            Series = [new LineSeries { Name = unit, Line = [.. history.Load.Select((point, index) => (point.At.ToUnixTimeMilliseconds() / 1000.0, averages[index]))] }],
            IsTime = true,
            AtLeast = (0, 1),
        }.Draw(size);
    }

    private static string Calibration(AgentHistory history, ChartSize size)
    {
        var description = history.Calibration.IsEmpty
            ? "No conversation has terminated yet."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{history.Calibration.Sum(bin => bin.Count):N0} turns in {history.Calibration.Length} groups. The mean distance between predicted value and realised return is {history.Calibration.Average(bin => Math.Abs(bin.Predicted - bin.Realised)):F2}.");
        return new CalibrationChart
        {
            Text = new ChartText("calibration", "Value calibration: predicted against realised return", description, "predicted value", "realised return, discounted"),
            Bins = history.Calibration,
        }.Draw(size);
    }

    private static string Utterances(AgentHistory history, ChartSize size)
    {
        // A task that changed has other kinds: what was counted by the one before is not shown.
        ImmutableArray<string> kinds = [.. history.Episodes.IsEmpty ? [] : history.Episodes[^1].Kinds.Select(kind => kind.Kind)];
        var points = history.Episodes.Where(point => !point.Kinds.IsEmpty && point.Kinds.Select(kind => kind.Kind).SequenceEqual(kinds)).ToList();
        var firsts = MovingSums.Windows([.. points.Select(point => point.Count)], ShareWindow);
        var sums = points.Select((_, last) => Sum(points[firsts[last]..(last + 1)])).ToList();
        var description = sums.Count == 0
            ? "No utterance has been read yet."
            : $"Of the utterances of the last {ShareWindow} conversations {string.Join(", ", kinds.Zip(sums[^1], (kind, sum) => $"{Share(sum, sums[^1])} are {kind}"))}.";
        return new ShareChart
        {
            Text = new ChartText("utterances", "Kinds of utterances", description, "conversations", "%"),
            Names = kinds,
            Points = [.. points.Select((point, index) => ((double)EndOf(point), sums[index]))],
        }.Draw(size);
    }

    private static ImmutableArray<double> Sum(List<EpisodePoint> points) =>
        [.. points[0].Kinds.Select((_, kind) => (double)points.Sum(point => point.Kinds[kind].Count))];

    private static string Share(double part, ImmutableArray<double> amounts) =>
        string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / Math.Max(1, amounts.Sum()):F0} %");

    private static ChartLevel ToLevel(TaskLevel level) => new(level.Value, Numbered(level.Name, level.Value), Numbered(level.ShortName, level.Value));

    private static string Numbered(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:F2}").Replace('-', '−');

    private static string Describe(string title, double[] values, string format) => values.Length == 0
        ? "Nothing has been observed yet."
        : $"{title}: now {values[^1].ToString(format, CultureInfo.InvariantCulture)}, at the beginning {values[0].ToString(format, CultureInfo.InvariantCulture)}.";

    private static long EndOf(EpisodePoint point) => point.First + point.Count - 1;
}
