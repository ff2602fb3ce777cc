using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Archer.Policy.Serving.Wire;

/// <summary>One message of a chat request.</summary>
public sealed record ChatRequestMessage
{
    /// <summary><c>system</c> (or <c>developer</c>), <c>user</c> or <c>assistant</c>.</summary>
    public string? Role { get; init; }

    /// <summary>The text: a string, or an array of parts of type <c>text</c>.</summary>
    [JsonConverter(typeof(ContentConverter))]
    public string? Content { get; init; }

    /// <summary>
    /// Recorded ids, used verbatim instead of the content. An assistant message's are those of its utterance; a user message's are all ids
    /// that its turn put before the utterance (as <c>prompt_token_ids</c> told), so earlier messages of that turn are left out. Shape [n].
    /// </summary>
    public ImmutableArray<int>? TokenIds { get; init; }

    /// <summary>
    /// Members that are none of the above. Those that change nothing about the reply are ignored, all others refused (<see cref="Completions.IgnoredMembers"/>).
    /// </summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
