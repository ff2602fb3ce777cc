using System.Globalization;

namespace SupportDesk;

/// <summary>What a number of conversations comes to, in words.</summary>
internal static class Report
{
    /// <summary>One line: resolved, replies, return with 95 % confidence, versions.</summary>
    public static string Of(IReadOnlyList<Visit> visits)
    {
        var mean = visits.Average(visit => visit.Return);
        var deviation = Math.Sqrt(visits.Sum(visit => (visit.Return - mean) * (visit.Return - mean)) / Math.Max(1, visits.Count - 1));
        var versions = visits.Select(visit => visit.Version).Distinct().Order(StringComparer.Ordinal).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{visits.Count} conversations: {visits.Count(visit => visit.Resolved) / (double)visits.Count:P0} resolved, {visits.Average(visit => visit.Replies):F2} replies each, "
            + $"mean return {mean:F2} ± {1.96 * deviation / Math.Sqrt(visits.Count):F2}, versions {versions[0]} to {versions[^1]}");
    }
}
