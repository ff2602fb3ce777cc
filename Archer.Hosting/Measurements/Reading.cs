using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Archer.Hosting.Measurements;

/// <summary>What one instrument has measured since it was first seen, apart for each set of tags.</summary>
internal sealed class Reading(Instrument instrument)
{
    private readonly ConcurrentDictionary<string, Cell> cells = new(StringComparer.Ordinal);
    private readonly ReadingKind kind = KindOf(instrument);

    /// <summary>Name as Prometheus wants it: underscores, the unit written out, <c>_total</c> on what only grows.</summary>
    public string Name { get; } = NameOf(instrument);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var cell = cells.GetOrAdd(Labels(tags), static _ => new Cell());
        lock (cell)
        {
            // Observed instruments tell their total each time, the others what is new.
            cell.Sum = instrument.IsObservable ? value : cell.Sum + value;
            cell.Count++;
        }
    }

    public void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(instrument.Description?.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(kind.ToString().ToLowerInvariant()).Append('\n');
        foreach (var (labels, cell) in cells.OrderBy(cell => cell.Key, StringComparer.Ordinal))
        {
            double sum;
            long count;
            lock (cell)
            {
                (sum, count) = (cell.Sum, cell.Count);
            }

            if (kind == ReadingKind.Summary)
            {
                Line(text, "_count", labels, count);
            }

            Line(text, kind == ReadingKind.Summary ? "_sum" : "", labels, sum);
        }
    }

    private void Line(StringBuilder text, string suffix, string labels, double value) =>
        text.Append(Name).Append(suffix).Append(labels).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static ReadingKind KindOf(Instrument instrument)
    {
        var name = instrument.GetType().Name;
        return name.StartsWith("Histogram", StringComparison.Ordinal) ? ReadingKind.Summary
            : name.StartsWith("Counter", StringComparison.Ordinal) || name.StartsWith("ObservableCounter", StringComparison.Ordinal) ? ReadingKind.Counter
            : ReadingKind.Gauge;
    }

    private static string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return instrument.Name.Replace('.', '_').Replace('-', '_') + unit + (KindOf(instrument) == ReadingKind.Counter ? "_total" : "");
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = new StringBuilder("{");
        foreach (var (name, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(labels.Length > 1 ? "," : "").Append(name.Replace('.', '_')).Append("=\"")
                .Append(text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal))
                .Append('"');
        }

        return labels.Append('}').ToString();
    }

    private enum ReadingKind
    {
        Counter,
        Gauge,
        Summary,
    }

    private sealed class Cell
    {
        public double Sum { get; set; }

        public long Count { get; set; }
    }
}
