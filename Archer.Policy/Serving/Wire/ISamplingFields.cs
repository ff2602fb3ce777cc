using System.Collections.Immutable;
using System.Text.Json;

namespace Archer.Policy.Serving.Wire;

/// <summary>What both kinds of completion have in common.</summary>
internal interface ISamplingFields
{
    string? Model { get; }

    /// <summary>0 is greedy. Default 1.</summary>
    float? Temperature { get; }

    /// <summary>In (0, 1]. Default 1.</summary>
    float? TopP { get; }

    /// <summary>Most likely tokens to choose from; 0 or −1 is all (vLLM's field). Default all.</summary>
    int? TopK { get; }

    /// <summary>Most tokens of the utterance, the end-of-turn token included. Default: <see cref="PolicyServerOptions.DefaultMaxTokens"/>.</summary>
    int? MaxTokens { get; }

    /// <summary>64 bits, signed or unsigned; same seed, version and prompt give the same tokens. Default: a new one.</summary>
    ulong? Seed { get; }

    /// <summary>Up to 16 texts that end the utterance; they are not part of its text, but of its token ids.</summary>
    ImmutableArray<string>? Stop { get; }

    /// <summary>How many utterances to make; 1 in a stream. Default 1.</summary>
    int? N { get; }

    /// <summary>Answers with server-sent events. Default false.</summary>
    bool? Stream { get; }

    StreamOptions? StreamOptions { get; }

    /// <summary>Adds <c>prompt_token_ids</c> and <c>token_ids</c> to the reply (vLLM's field). Default false.</summary>
    bool? ReturnTokenIds { get; }

    /// <summary>Not supported; refused unless 0.</summary>
    float? FrequencyPenalty { get; }

    /// <summary>Not supported; refused unless 0.</summary>
    float? PresencePenalty { get; }

    /// <summary>Not supported; refused unless empty.</summary>
    JsonElement? LogitBias { get; }

    /// <summary>Members that are none of these.</summary>
    Dictionary<string, JsonElement>? Others { get; }
}

/// <summary>What a stream carries besides its tokens.</summary>
public sealed record StreamOptions
{
    /// <summary>Ends the stream with a chunk that counts tokens. Default false.</summary>
    public bool? IncludeUsage { get; init; }
}
