using System.Collections.Immutable;
using Archer.Client.History;

namespace Archer.Silo.Charts;

/// <summary>Predicted against realised: on the diagonal a critic is right on average. Bars are 95 % confidence intervals of the mean.</summary>
internal sealed record CalibrationChart
{
    private const double Confidence = 1.96;

    /// <summary>What it says in words.</summary>
    public required ChartText Text { get; init; }

    /// <summary>Groups of turns.</summary>
    public required ImmutableArray<CalibrationBin> Bins { get; init; }

    /// <summary>The picture.</summary>
    public string Draw(ChartSize size)
    {
        var svg = new Svg(Text, size);
        var both = ChartFrame.Range(Bins.SelectMany(bin => new[] { bin.Predicted, bin.Realised - Interval(bin), bin.Realised + Interval(bin) }));
        var frame = new ChartFrame(size, both, both);
        if (Bins.IsEmpty)
        {
            frame.DrawEmpty(svg);
            return svg.Close();
        }

        frame.DrawAxes(svg, Text);
        svg.Line(frame.X(both.From), frame.Y(both.From), frame.X(both.To), frame.Y(both.To), opacity: 0.6, dash: "5 4");
        foreach (var bin in Bins)
        {
            svg.Line(
                frame.X(bin.Predicted), frame.Y(bin.Realised - Interval(bin)), frame.X(bin.Predicted), frame.Y(bin.Realised + Interval(bin)), Svg.Color(0), 1, 2);
        }

        svg.Dots(Bins.Select(bin => (frame.X(bin.Predicted), frame.Y(bin.Realised))), Svg.Color(0), 4.5, 100);
        return svg.Close();
    }

    private static double Interval(CalibrationBin bin) => Confidence * bin.Deviation / Math.Sqrt(bin.Count);
}
