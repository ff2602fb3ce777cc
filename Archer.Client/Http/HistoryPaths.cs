using System.Globalization;
using System.Text.Json;
using Archer.Client.Conversations;

namespace Archer.Client.Http;

/// <summary>Paths below an agent's address, with their queries.</summary>
internal static class HistoryPaths
{
    public static string Conversations(ConversationQuery query)
    {
        var parts = new List<string> { "limit=" + query.Limit.ToString(CultureInfo.InvariantCulture) };
        if (query.Before is { } before)
        {
            parts.Add("before=" + Uri.EscapeDataString(before));
        }

        if (query.Status is { } status)
        {
            parts.Add("status=" + JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()));
        }

        if (query.Simulated is { } simulated)
        {
            parts.Add(simulated ? "simulated=true" : "simulated=false");
        }

        return "/conversations?" + string.Join('&', parts);
    }

    public static string Ended(EndedConversationQuery query)
    {
        var parts = new List<string> { "limit=" + query.Limit.ToString(CultureInfo.InvariantCulture) };
        if (query.Before is { } before)
        {
            parts.Add("before=" + Uri.EscapeDataString(before));
        }

        if (query.Simulated is { } simulated)
        {
            parts.Add(simulated ? "simulated=true" : "simulated=false");
        }

        if (query.Split is { } split)
        {
            parts.Add("split=" + JsonNamingPolicy.SnakeCaseLower.ConvertName(split.ToString()));
        }

        return "/conversations/ended?" + string.Join('&', parts);
    }

    public static string Events(string? after) => after is null ? "/events" : "/events?after=" + Uri.EscapeDataString(after);
}
