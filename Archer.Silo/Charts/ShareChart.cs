using System.Collections.Immutable;
using System.Text;

namespace Archer.Silo.Charts;

/// <summary>Shares of a whole over one horizontal axis, stacked from 0 to 100 %.</summary>
internal sealed record ShareChart
{
    /// <summary>What it says in words.</summary>
    public required ChartText Text { get; init; }

    /// <summary>Names of the shares, lowest first.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>Horizontal places, and for each the amounts in the order of the names.</summary>
    public required ImmutableArray<(double X, ImmutableArray<double> Amounts)> Points { get; init; }

    /// <summary>The picture.</summary>
    public string Draw(ChartSize size)
    {
        var svg = new Svg(Text, size);
        var points = Points.Where(point => point.Amounts.Sum() > 0).ToList();
        var frame = new ChartFrame(size, ChartFrame.Range(points.Select(point => point.X)), (0, 100));
        if (points.Count == 0)
        {
            frame.DrawEmpty(svg);
            return svg.Close();
        }

        points = Thin(points, frame);
        var below = points.Select(_ => 0.0).ToArray();
        for (var share = 0; share < Names.Length; share++)
        {
            var above = points.Select((point, index) => below[index] + (100 * point.Amounts[share] / point.Amounts.Sum())).ToArray();
            svg.Area(Outline(frame, points, below, above), Svg.Color(share));
            below = above;
        }

        frame.DrawAxes(svg, Text);
        frame.DrawLegend(svg, [.. Names.Select((name, share) => (name, Svg.Color(share)))]);
        return svg.Close();
    }

    /// <summary>Points closer than two pixels show nothing more; the last one stays.</summary>
    private static List<(double X, ImmutableArray<double> Amounts)> Thin(List<(double X, ImmutableArray<double> Amounts)> points, ChartFrame frame)
    {
        var kept = new List<(double X, ImmutableArray<double> Amounts)>();
        foreach (var point in points)
        {
            if (kept.Count == 0 || frame.X(point.X) - frame.X(kept[^1].X) >= 2)
            {
                kept.Add(point);
            }
        }

        return kept[^1].X == points[^1].X ? kept : [.. kept, points[^1]];
    }

    private static string Outline(ChartFrame frame, List<(double X, ImmutableArray<double> Amounts)> points, double[] below, double[] above)
    {
        var data = new StringBuilder();
        for (var i = 0; i < points.Count; i++)
        {
            data.Append(i == 0 ? 'M' : 'L').Append(Svg.Number(frame.X(points[i].X))).Append(' ').Append(Svg.Number(frame.Y(above[i])));
        }

        for (var i = points.Count - 1; i >= 0; i--)
        {
            data.Append('L').Append(Svg.Number(frame.X(points[i].X))).Append(' ').Append(Svg.Number(frame.Y(below[i])));
        }

        return data.Append('Z').ToString();
    }
}
