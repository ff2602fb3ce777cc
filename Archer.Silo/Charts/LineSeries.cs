using System.Collections.Immutable;

namespace Archer.Silo.Charts;

/// <summary>One line of a chart, with or without the dots that it is an average of.</summary>
internal sealed record LineSeries
{
    /// <summary>Its name in the legend.</summary>
    public required string Name { get; init; }

    /// <summary>Number of its colour, from 0.</summary>
    public int Color { get; init; }

    /// <summary>The line; a y that is no number interrupts it.</summary>
    public ImmutableArray<(double X, double Y)> Line { get; init; } = [];

    /// <summary>What the line changes its colour with, such as the policy version: one for each point, or none.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>Single observations.</summary>
    public ImmutableArray<(double X, double Y)> Dots { get; init; } = [];

    /// <summary>Radius of the dots in pixels; large ones are not faint. Default 1.5.</summary>
    public double DotRadius { get; init; } = 1.5;

    /// <summary>Dashes, as SVG has them; null for none.</summary>
    public string? Dash { get; init; }

    public void Draw(Svg svg, ChartFrame frame)
    {
        svg.Dots(Dots.Where(dot => double.IsFinite(dot.Y)).Select(dot => (frame.X(dot.X), frame.Y(dot.Y))), Keys.IsEmpty ? Svg.Color(Color) : "currentColor", DotRadius, DotRadius > 2 ? 100 : 30);
        if (Keys.IsEmpty)
        {
            svg.Path(frame.Trace(Line), Svg.Color(Color), dash: Dash);
            return;
        }

        // A stretch begins where the one before ended, so that the line has no gaps; stretches of one colour are one element.
        var stretches = new string[Svg.Light.Length];
        for (int start = 0, number = 0; start < Line.Length; number++)
        {
            var end = start + 1;
            while (end < Line.Length && Keys[end] == Keys[start])
            {
                end++;
            }

            stretches[number % stretches.Length] += frame.Trace(Line[Math.Max(0, start - 1)..end]);
            start = end;
        }

        for (var color = 0; color < stretches.Length; color++)
        {
            svg.Path(stretches[color] ?? "", Svg.Color(color), 2.5);
        }
    }
}
