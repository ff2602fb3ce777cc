using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Archer.Policy.Serving.Wire;

/// <summary>Body of <c>POST /v1/completions</c>.</summary>
public sealed record CompletionRequest : ISamplingFields
{
    /// <summary><c>agent</c>, the version that serves it, or <c>agent@version</c>.</summary>
    public string? Model { get; init; }

    /// <summary>One prompt: a string, which is encoded without a template, or token ids.</summary>
    [JsonConverter(typeof(PromptConverter))]
    public Prompt? Prompt { get; init; }

    /// <inheritdoc/>
    public float? Temperature { get; init; }

    /// <inheritdoc/>
    public float? TopP { get; init; }

    /// <inheritdoc/>
    public int? TopK { get; init; }

    /// <inheritdoc/>
    public int? MaxTokens { get; init; }

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

    /// <summary>Reports log-probabilities, with this many of the most likely tokens at each place, 0 to 20. Default: none.</summary>
    public int? Logprobs { get; init; }

    /// <inheritdoc/>
    public bool? ReturnTokenIds { get; init; }

    /// <summary>Not supported; refused unless false.</summary>
    public bool? Echo { get; init; }

    /// <summary>Not supported; refused unless empty.</summary>
    public string? Suffix { get; init; }

    /// <summary>Not supported; refused unless equal to <see cref="N"/>.</summary>
    public int? BestOf { get; init; }

    /// <inheritdoc/>
    public float? FrequencyPenalty { get; init; }

    /// <inheritdoc/>
    public float? PresencePenalty { get; init; }

    /// <inheritdoc/>
    public JsonElement? LogitBias { get; init; }

    /// <summary>
    /// Members that are none of the above. Those that change nothing about the reply are ignored, all others refused (<see cref="Completions.IgnoredMembers"/>).
    /// </summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>A prompt as text or as ids; one of the two is there.</summary>
public sealed record Prompt
{
    /// <summary>Text to encode.</summary>
    public string? Text { get; init; }

    /// <summary>Ids, used verbatim. Shape [n].</summary>
    public ImmutableArray<int>? TokenIds { get; init; }
}
