using System.Globalization;

namespace Archer.Benchmarks.Learning;

/// <summary>The numbers that a process shows at <c>/metrics</c>, at one moment.</summary>
internal sealed class MetricsPage
{
    private readonly Dictionary<string, double> _values;

    private MetricsPage(Dictionary<string, double> values) => _values = values;

    /// <summary>Sum over all labels of a name, or of those lines that contain a label.</summary>
    public double this[string name, string label = ""] => _values
        .Where(line => (line.Key == name || line.Key.StartsWith(name + "{", StringComparison.Ordinal)) && line.Key.Contains(label, StringComparison.Ordinal))
        .Sum(line => line.Value);

    public static async Task<MetricsPage> ReadAsync(HttpClient client, Uri url)
    {
        var text = await client.GetStringAsync(new Uri(url, "/metrics"));
        return new MetricsPage(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
            .Select(line => (line, at: line.LastIndexOf(' ')))
            .ToDictionary(entry => entry.line[..entry.at], entry => double.Parse(entry.line.AsSpan(entry.at + 1), CultureInfo.InvariantCulture)));
    }

    /// <summary>What was added since an earlier page.</summary>
    public MetricsPage Since(MetricsPage earlier) =>
        new(_values.ToDictionary(line => line.Key, line => line.Value - earlier._values.GetValueOrDefault(line.Key)));
}
