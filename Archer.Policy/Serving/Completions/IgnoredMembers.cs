using System.Collections.Frozen;
using System.Text.Json;

namespace Archer.Policy.Serving.Completions;

/// <summary>
/// Members of OpenAI's requests that say nothing about the reply: bookkeeping, and hints about tools, of which there are none. Clients send them unasked, so
/// they are ignored. Every other member that the server does not know is refused, since the reply would not be what the caller asked for.
/// </summary>
internal static class IgnoredMembers
{
    private static readonly FrozenSet<string> OfRequests = FrozenSet.Create(
        StringComparer.Ordinal, "user", "safety_identifier", "metadata", "store", "service_tier", "prompt_cache_key", "prompt_cache_retention", "parallel_tool_calls");

    private static readonly FrozenSet<string> OfMessages = FrozenSet.Create(StringComparer.Ordinal, "name");

    /// <summary>Names of a request that are refused, in their order.</summary>
    public static IEnumerable<string> RefusedOfRequest(Dictionary<string, JsonElement>? others) => Refused(others, OfRequests);

    /// <summary>Names of a message that are refused, in their order.</summary>
    public static IEnumerable<string> RefusedOfMessage(Dictionary<string, JsonElement>? others) => Refused(others, OfMessages);

    /// <summary>Null, and an empty array of something that is not supported, say the same as no member.</summary>
    private static IEnumerable<string> Refused(Dictionary<string, JsonElement>? others, FrozenSet<string> ignored) =>
        from member in others ?? []
        where !ignored.Contains(member.Key) && member.Value.ValueKind != JsonValueKind.Null
            && !(member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0)
        select member.Key;
}
