using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Archer.Policy.Serving.Wire;

/// <summary>Body of <c>POST /v1/chat/completions</c>; what is not said is the default of OpenAI's API or of the options.</summary>
public sealed record ChatCompletionRequest : ISamplingFields
{
    /// <summary><c>agent</c>, the version that serves it, or <c>agent@version</c>.</summary>
    public string? Model { get; init; }

    /// <summary>The conversation, oldest message first; the last one is not the assistant's.</summary>
    public ImmutableArray<ChatRequestMessage>? Messages { get; init; }

    /// <inheritdoc/>
    public float? Temperature { get; init; }

    /// <inheritdoc/>
    public float? TopP { get; init; }

    /// <inheritdoc/>
    public int? TopK { get; init; }

    /// <inheritdoc/>
    public int? MaxTokens { get; init; }

    /// <summary>OpenAI's newer name of <see cref="MaxTokens"/>; wins when both are given.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <inheritdoc/>
    [JsonConverter(typeof(SeedConverter))]
    public ulong? Seed { get; init; }

    /// <inheritdoc/>
    [JsonConverter(typeof(StopConverter))]
    public ImmutableArray<string>? Stop { get; init; }

    /// <inheritdoc/>
    public int? N { get; init; }

    /// <inheritdoc/>
    public bool? Stream { get; init; }

    /// <inheritdoc/>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>Reports each token's log-probability. Default false.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>Most likely tokens to report at each place, 0 to 20; needs <see cref="Logprobs"/>. Default 0.</summary>
    public int? TopLogprobs { get; init; }

    /// <inheritdoc/>
    public bool? ReturnTokenIds { get; init; }

    /// <inheritdoc/>
    public float? FrequencyPenalty { get; init; }

    /// <inheritdoc/>
    public float? PresencePenalty { get; init; }

    /// <inheritdoc/>
    public JsonElement? LogitBias { get; init; }

    /// <summary>Not supported; refused unless empty.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>Not supported; refused unless <c>{"type": "text"}</c>.</summary>
    public JsonElement? ResponseFormat { get; init; }

    /// <summary>
    /// Members that are none of the above. Those that change nothing about the reply are ignored, all others refused (<see cref="Completions.IgnoredMembers"/>).
    /// </summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}
