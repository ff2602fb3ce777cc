namespace Archer.Silo.Charts;

/// <summary>Where numbers lie in a picture, and the axes around them.</summary>
internal sealed class ChartFrame
{
    private const double Left = 52, Right = 14, Top = 30, Bottom = 36, RowHeight = 16, TickDistance = 30;
    private readonly ChartSize _size;
    private readonly (double From, double To) _x;
    private readonly (double From, double To) _y;
    private readonly double _yStep;

    /// <summary>The vertical axis is lengthened to round numbers at both ends.</summary>
    public ChartFrame(ChartSize size, (double From, double To) x, (double From, double To) y)
    {
        (_size, _x, _y) = (size, Widen(x), Widen(y));
        _yStep = Ticks.NumberStep(_y.From, _y.To, Math.Max(2, (int)((PlotBottom - PlotTop) / TickDistance)));
        _y = (Math.Floor((_y.From / _yStep) + 1e-9) * _yStep, Math.Ceiling((_y.To / _yStep) - 1e-9) * _yStep);
    }

    /// <summary>Horizontal numbers are times, in seconds since 1970.</summary>
    public bool IsTime { get; init; }

    /// <summary>Horizontal numbers are counts: there is nothing between two of them.</summary>
    public bool IsCount { get; init; }

    public double PlotLeft => Left;

    public double PlotRight => _size.Width - Right;

    public double PlotTop => Top;

    public double PlotBottom => _size.Height - Bottom;

    /// <summary>Least and greatest of some numbers; 0 to 1 when there are none.</summary>
    public static (double From, double To) Range(IEnumerable<double> values)
    {
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(double.IsFinite))
        {
            (from, to) = (Math.Min(from, value), Math.Max(to, value));
        }

        return from > to ? (0, 1) : (from, to);
    }

    public double X(double value) => PlotLeft + ((value - _x.From) / (_x.To - _x.From) * (PlotRight - PlotLeft));

    public double Y(double value) => PlotBottom - ((value - _y.From) / (_y.To - _y.From) * (PlotBottom - PlotTop));

    /// <summary>A line through points; a point that is no number interrupts it.</summary>
    public string Trace(IEnumerable<(double X, double Y)> points)
    {
        var data = new System.Text.StringBuilder();
        var drawing = false;
        foreach (var (x, y) in points)
        {
            if (double.IsFinite(y))
            {
                data.Append(drawing ? 'L' : 'M').Append(Svg.Number(X(x))).Append(' ').Append(Svg.Number(Y(y)));
            }

            drawing = double.IsFinite(y);
        }

        return data.ToString();
    }

    /// <summary>Grid, numbers and names of both axes.</summary>
    public void DrawAxes(Svg svg, ChartText text)
    {
        foreach (var tick in Ticks.Multiples(_y.From, _y.To, _yStep))
        {
            svg.Line(PlotLeft, Y(tick), PlotRight, Y(tick));
            svg.Text(PlotLeft - 6, Y(tick) + 4, Ticks.Write(tick, _yStep), "end");
        }

        var most = Math.Max(2, (int)((PlotRight - PlotLeft) / 64));
        var step = IsTime ? Ticks.TimeStep(_x.From, _x.To, most) : Math.Max(Ticks.NumberStep(_x.From, _x.To, most), IsCount ? 1 : 0);
        foreach (var tick in Ticks.Multiples(_x.From, _x.To, step))
        {
            var atEnd = X(tick) > PlotRight - 20;
            svg.Line(X(tick), PlotBottom, X(tick), PlotBottom + 4, opacity: 0.5);
            svg.Text(atEnd ? PlotRight : X(tick), PlotBottom + RowHeight, IsTime ? Ticks.WriteTime(tick, step) : Ticks.Write(tick, step), atEnd ? "end" : "middle");
        }

        svg.Line(PlotLeft, PlotBottom, PlotRight, PlotBottom, opacity: 0.5);
        svg.Text(PlotRight, _size.Height - 4, text.X, "end");
        svg.Text(4, 14, text.Y);
    }

    /// <summary>Names of the series beside their colours, in the top right corner.</summary>
    public void DrawLegend(Svg svg, IReadOnlyList<(string Name, string Color)> series)
    {
        // Widths of text are not known here; 6.6 pixels a character is the widest that common fonts have at this size.
        var x = PlotRight - series.Sum(entry => (entry.Name.Length * 6.6) + 24) + 8;
        foreach (var (name, color) in series)
        {
            svg.Swatch(x, 5, color);
            svg.Text(x + 14, 14, name);
            x += (name.Length * 6.6) + 24;
        }
    }

    public void DrawEmpty(Svg svg, string text = "No data yet") => svg.Text((PlotLeft + PlotRight) / 2, (PlotTop + PlotBottom) / 2, text, "middle");

    /// <summary>An axis needs some length, and more than its numbers are exact to; a little room keeps lines off the frame.</summary>
    private static (double From, double To) Widen((double From, double To) range)
    {
        var greatest = Math.Max(Math.Abs(range.From), Math.Abs(range.To));
        var room = range.To - range.From > Math.Max(greatest * 1e-12, 1e-300) ? 0 : Math.Max(greatest * 0.1, 0.5);
        return (range.From - room, range.To + room);
    }
}
