namespace Archer.Silo.Charts;

/// <summary>
/// Finds places for the labels of levels, beside the dashed lines that they name: at the right end, or as far to the left or some
/// rows further away as it takes until no curve runs through the label, if need be in fewer words.
/// </summary>
internal sealed class LevelLabels(ChartFrame frame, IReadOnlyList<LineSeries> series)
{
    // Widths of text are not known here; 6.6 pixels a character is the widest that common fonts have at this size.
    private const double CharacterWidth = 6.6, Ascent = 11, Descent = 4, AboveLine = 4, BelowLine = 14, RowHeight = 14, TopMargin = 10, Step = 12, Clearance = 2;
    private const int Rows = 3;

    private readonly List<Box> _taken = [];

    /// <summary>Right end and base line of a level's label in pixels, and its text: the short one where the other has no place.</summary>
    /// <param name="level">The level.</param>
    /// <param name="aboveFirst">Whether a place above the line is better than one below it.</param>
    public (double X, double Y, string Text) Place(ChartLevel level, bool aboveFirst)
    {
        var line = frame.Y(level.Y);
        var places =
            from text in new[] { level.Label, level.Short }
            from row in Enumerable.Range(0, Rows).Select(row => row * RowHeight)
            from right in Rights(Width(text))
            from y in aboveFirst ? new[] { line - AboveLine - row, line + BelowLine + row } : [line + BelowLine + row, line - AboveLine - row]
            where y - Ascent >= frame.PlotTop - TopMargin && y + Descent <= frame.PlotBottom
            select (X: right, Y: y, Text: text);
        var place = places.Where(found => IsFree(Around(found))).Append((frame.PlotRight, line - AboveLine, level.Short)).First();
        _taken.Add(Around(place));
        return place;
    }

    private static double Width(string text) => text.Length * CharacterWidth;

    private static Box Around((double X, double Y, string Text) place) =>
        new(place.X - Width(place.Text) - Clearance, place.Y - Ascent - Clearance, place.X + Clearance, place.Y + Descent + Clearance);

    private IEnumerable<double> Rights(double width)
    {
        for (var right = frame.PlotRight; right - width >= frame.PlotLeft; right -= Step)
        {
            yield return right;
        }
    }

    private bool IsFree(Box box) => !_taken.Exists(box.Meets) && !series.Any(drawn => Crosses(drawn.Line, box));

    private bool Crosses(IReadOnlyList<(double X, double Y)> line, Box box)
    {
        for (var i = 1; i < line.Count; i++)
        {
            if (double.IsFinite(line[i - 1].Y) && double.IsFinite(line[i].Y) && box.IsCrossed(At(line[i - 1]), At(line[i])))
            {
                return true;
            }
        }

        return false;
    }

    private (double X, double Y) At((double X, double Y) point) => (frame.X(point.X), frame.Y(point.Y));

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Meets(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

        /// <summary>Whether a straight line that goes to the right has a point in the box.</summary>
        public bool IsCrossed((double X, double Y) from, (double X, double Y) to)
        {
            if (to.X < Left || from.X > Right)
            {
                return false;
            }

            var slope = to.X > from.X ? (to.Y - from.Y) / (to.X - from.X) : 0;
            var enters = to.X > from.X ? from.Y + ((Math.Max(from.X, Left) - from.X) * slope) : from.Y;
            var leaves = to.X > from.X ? from.Y + ((Math.Min(to.X, Right) - from.X) * slope) : to.Y;
            return Math.Min(enters, leaves) < Bottom && Math.Max(enters, leaves) > Top;
        }
    }
}
