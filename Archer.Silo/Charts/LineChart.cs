using System.Collections.Immutable;

namespace Archer.Silo.Charts;

/// <summary>Lines over one horizontal axis.</summary>
internal sealed record LineChart
{
    private const double MarkDistance = 5, LabelDistance = 64;

    /// <summary>What it says in words.</summary>
    public required ChartText Text { get; init; }

    /// <summary>The lines, the first in front.</summary>
    public required ImmutableArray<LineSeries> Series { get; init; }

    /// <summary>Moments to be marked above the horizontal axis, in order.</summary>
    public ImmutableArray<ChartMark> Marks { get; init; } = [];

    /// <summary>Levels to compare with, such as the best possible one.</summary>
    public ImmutableArray<ChartLevel> Levels { get; init; } = [];

    /// <summary>Horizontal numbers are times, in seconds since 1970.</summary>
    public bool IsTime { get; init; }

    /// <summary>Least upper end of the vertical axis, lowest lower end; null follows the data.</summary>
    public (double From, double To)? AtLeast { get; init; }

    /// <summary>What is in a picture without points.</summary>
    public string EmptyText { get; init; } = "No data yet";

    /// <summary>The picture.</summary>
    public string Draw(ChartSize size)
    {
        var svg = new Svg(Text, size);
        var points = Series.SelectMany(series => series.Line.Concat(series.Dots)).ToList();
        var heights = points.Select(point => point.Y).Concat(Levels.Select(level => level.Y));
        if (AtLeast is { } least)
        {
            heights = [.. heights, least.From, least.To];
        }

        var frame = new ChartFrame(size, ChartFrame.Range(points.Select(point => point.X)), ChartFrame.Range(heights)) { IsTime = IsTime, IsCount = !IsTime };
        if (points.Count == 0)
        {
            frame.DrawEmpty(svg, EmptyText);
            return svg.Close();
        }

        frame.DrawAxes(svg, Text);
        DrawMarks(svg, frame);
        foreach (var series in Series.Reverse())
        {
            series.Draw(svg, frame);
        }

        DrawLevels(svg, frame);
        if (Series.Length > 1)
        {
            frame.DrawLegend(svg, [.. Series.Select(series => (series.Name, Svg.Color(series.Color)))]);
        }

        return svg.Close();
    }

    /// <summary>The highest level's label stands above its line where there is room, the others below theirs: what is drawn mostly lies between.</summary>
    private void DrawLevels(Svg svg, ChartFrame frame)
    {
        var highest = Levels.Select(level => level.Y).DefaultIfEmpty().Max();
        var labels = new LevelLabels(frame, Series);
        foreach (var level in Levels)
        {
            var y = frame.Y(level.Y);
            svg.Line(frame.PlotLeft, y, frame.PlotRight, y, opacity: 0.6, dash: "5 4");
            var (end, baseline, text) = labels.Place(level, aboveFirst: level.Y == highest);
            svg.TextOnLines(end, baseline, text);
        }
    }

    /// <summary>Marks that would touch are left out; fewer still have room for their label.</summary>
    private void DrawMarks(Svg svg, ChartFrame frame)
    {
        double lastMark = double.NegativeInfinity, lastLabel = double.NegativeInfinity;
        foreach (var mark in Marks)
        {
            var x = frame.X(mark.X);
            if (x - lastMark < MarkDistance || x > frame.PlotRight)
            {
                continue;
            }

            lastMark = x;
            var labelled = x - lastLabel >= LabelDistance && x + LabelDistance <= frame.PlotRight;
            svg.Line(x, labelled ? frame.PlotTop : frame.PlotBottom - 5, x, frame.PlotBottom, opacity: labelled ? 0.25 : 0.4, dash: labelled ? "2 3" : null);
            if (labelled)
            {
                svg.Text(x + 3, frame.PlotBottom - 8, mark.Label);
                lastLabel = x;
            }
        }
    }
}

/// <summary>A moment to be marked.</summary>
internal readonly record struct ChartMark(double X, string Label);

/// <summary>A level to be compared with.</summary>
/// <param name="Y">Where it lies.</param>
/// <param name="Label">What it is.</param>
/// <param name="Short">The same where there is no room for that.</param>
internal readonly record struct ChartLevel(double Y, string Label, string Short);
