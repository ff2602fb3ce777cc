using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Archer.Tasks.Simulation;

namespace Archer.Tasks.CommandLine;

/// <summary>The numbers of a simulation in words, beside the exact returns of reference players.</summary>
public static class SimulationReport
{
    /// <summary>The report of a simulation with these options.</summary>
    public static string Of(SimulationOptions options, SimulationSummary summary)
    {
        var text = new StringBuilder();
        Add(text, "agent", $"{options.Agent}, {Versions(summary)}");
        Add(text, "games", $"{summary.Episodes} (seed {options.Seed}, {options.Users} {(options.Users == 1 ? "user" : "users")}, {Temperature(options)}, answer noise {options.Noise:0.##})");
        Add(text, "mean return", $"{summary.MeanReturn:0.00} ± {summary.ConfidenceHalfWidth:0.00} (95 %)");
        var task = TaskCatalog.Find(options.Task);
        Add(text, "reference", $"{task.Reference}");
        Add(text, "won", $"{100 * summary.WinShare:0.0} %");
        foreach (var (title, line) in task.Describe(summary.Counts, summary.Episodes))
        {
            Add(text, title, line);
        }

        Add(text, "speed", $"{summary.TurnsPerSecond:0} turns/s ({summary.Turns} turns in {summary.Seconds:0.0} s)");
        if (options.Sampling?.Temperature == 0 && options.Noise == 0)
        {
            text.AppendLine("Greedy play has one game for each hidden item: the interval shows only how often each was drawn.");
        }

        return text.ToString().TrimEnd();
    }

    private static void Add(StringBuilder text, string name, FormattableString value) =>
        text.Append(name.PadRight(16)).AppendLine(value.ToString(CultureInfo.InvariantCulture));

    private static string Versions(SimulationSummary summary) => summary.PolicyVersions.Length switch
    {
        0 => "no policy version",
        1 => $"policy version {summary.PolicyVersions[0]}",
        var count => $"{count} policy versions {summary.PolicyVersions[0]} to {summary.PolicyVersions[^1]}",
    };

    private static string Temperature(SimulationOptions options) => options.Sampling?.Temperature is { } temperature
        ? string.Create(CultureInfo.InvariantCulture, $"temperature {temperature:0.##}")
        : "the agent's temperature";
}

/// <summary>The JSON of <see cref="SimulationSummary"/>, snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SimulationSummary))]
public sealed partial class SimulationJson : JsonSerializerContext;
