using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Archer.Client.CommandLine.Bench;

/// <summary>What a load came to. Nothing is left out: every request of the measured phase counts with the time that it took, failed ones too.</summary>
internal sealed record LoadReport
{
    public required string Agent { get; init; }

    public required ImmutableArray<string> PolicyVersions { get; init; }

    public required int Users { get; init; }

    public required int TurnsPerConversation { get; init; }

    public required double WarmUpSeconds { get; init; }

    /// <summary>From the first request to the last answer.</summary>
    public required double Seconds { get; init; }

    public required long Conversations { get; init; }

    public required double ConversationsPerSecond { get; init; }

    public required long Turns { get; init; }

    public required double TurnsPerSecond { get; init; }

    public required LatencySummary Start { get; init; }

    public required LatencySummary Message { get; init; }

    public required LatencySummary End { get; init; }

    public required ImmutableSortedDictionary<string, long> Errors { get; init; }

    [JsonIgnore]
    public long ErrorCount => Errors.Values.Sum();

    public static LoadReport Of(LoadOptions options, LoadTally tally, TimeSpan elapsed) => new()
    {
        Agent = options.Agent,
        PolicyVersions = [.. tally.Versions],
        Users = options.Users,
        TurnsPerConversation = options.Turns,
        WarmUpSeconds = options.WarmUp.TotalSeconds,
        Seconds = elapsed.TotalSeconds,
        Conversations = tally.Conversations,
        ConversationsPerSecond = tally.Conversations / elapsed.TotalSeconds,
        Turns = tally.Turns,
        TurnsPerSecond = tally.Turns / elapsed.TotalSeconds,
        Start = LatencySummary.Of(tally.Starts),
        Message = LatencySummary.Of(tally.Messages),
        End = LatencySummary.Of(tally.Ends),
        Errors = tally.Errors.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    public string Head()
    {
        var text = new StringBuilder();
        text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Agent} ({Named(PolicyVersions)}), {Users} users in closed loop, {TurnsPerConversation} turns a conversation, {Seconds:0.0} s after a warm-up of {WarmUpSeconds:0.#} s that does not count"));
        text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"conversations {Conversations:N0} ({ConversationsPerSecond:0.0}/s)  turns {Turns:N0} ({TurnsPerSecond:0}/s)  errors {ErrorCount:N0}"));
        foreach (var (kind, count) in Errors)
        {
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"  {count:N0} × {kind}"));
        }

        return text.ToString();
    }

    public Columns Latencies()
    {
        var table = new Columns("request", "#count", "#p50 ms", "#p95 ms", "#p99 ms", "#longest ms");
        foreach (var (name, latency) in new[] { ("start", Start), ("message", Message), ("end", End) })
        {
            table.Add(
                name, Shown.Count(latency.Count), Shown.Number(latency.P50Ms), Shown.Number(latency.P95Ms), Shown.Number(latency.P99Ms), Shown.Number(latency.LongestMs));
        }
        return table;
    }

    private static string Named(ImmutableArray<string> versions) => versions switch
    {
        [] => "no reply",
        [var only] => only,
        _ => $"{versions.Length} versions {versions[0]} to {versions[^1]}",
    };
}

/// <summary>How long requests of one kind took, in milliseconds; null without any.</summary>
internal sealed record LatencySummary
{
    public required long Count { get; init; }

    public double? P50Ms { get; init; }

    public double? P95Ms { get; init; }

    public double? P99Ms { get; init; }

    public double? LongestMs { get; init; }

    /// <summary>Nearest-rank percentiles: the value that at least this share of the requests did not exceed.</summary>
    public static LatencySummary Of(List<double> milliseconds)
    {
        milliseconds.Sort();
        return milliseconds.Count == 0
            ? new LatencySummary { Count = 0 }
            : new LatencySummary { Count = milliseconds.Count, P50Ms = At(0.5), P95Ms = At(0.95), P99Ms = At(0.99), LongestMs = milliseconds[^1] };

        double At(double share) => milliseconds[(int)Math.Ceiling(share * milliseconds.Count) - 1];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadJson : JsonSerializerContext;
