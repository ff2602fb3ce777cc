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
            parts.Add("before=" + Uri.EscapeDataString(before));
        if (query.Status is { } status)
            parts.Add("status=" + JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()));
        return "/conversations?" + string.Join('&', parts);
    }

    public static string Events(string? after) => after is null ? "/events" : "/events?after=" + Uri.EscapeDataString(after);
}
