using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Archer.Policy.Serving.Wire;

/// <summary>
/// Reply of <c>POST /v1/chat/completions</c>, or one chunk of its stream: OpenAI's layout, vLLM's token ids, and two fields of Archer's,
/// <see cref="PolicyVersion"/> and <see cref="Value"/>. In a stream the first chunk carries <see cref="PromptTokenIds"/>,
/// the last one with a choice the other two.
/// </summary>
public sealed record ChatCompletion
{
    /// <summary>Names the reply.</summary>
    public required string Id { get; init; }

    /// <summary><c>chat.completion</c> or <c>chat.completion.chunk</c>.</summary>
    public required string Object { get; init; }

    /// <summary>When it was made, seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary><c>agent@version</c> that spoke.</summary>
    public required string Model { get; init; }

    /// <summary>The utterances.</summary>
    public required ImmutableArray<ChatChoice> Choices { get; init; }

    /// <summary>Tokens read and said.</summary>
    public Usage? Usage { get; init; }

    /// <summary>The whole observation as ids; with <c>return_token_ids</c>. Shape [n].</summary>
    public ImmutableArray<int>? PromptTokenIds { get; init; }

    /// <summary>The policy version that produced every token.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>The critic's value of the observation, min(V1, V2), in units of return; absent when the version has no critic.</summary>
    public float? Value { get; init; }
}

/// <summary>One utterance of a chat reply, or what a chunk adds to it.</summary>
public sealed record ChatChoice
{
    /// <summary>Which of the <c>n</c> utterances.</summary>
    public required int Index { get; init; }

    /// <summary>The utterance; not in a stream.</summary>
    public ReplyMessage? Message { get; init; }

    /// <summary>What a chunk adds; only in a stream.</summary>
    public ReplyMessage? Delta { get; init; }

    /// <summary>Log-probabilities, when asked for.</summary>
    public ChatLogprobs? Logprobs { get; init; }

    /// <summary><c>stop</c> or <c>length</c>; null in all chunks but the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }

    /// <summary>Ids, the end-of-turn token included; with <c>return_token_ids</c>. Shape [n].</summary>
    public ImmutableArray<int>? TokenIds { get; init; }
}

/// <summary>An assistant's message.</summary>
public sealed record ReplyMessage
{
    /// <summary><c>assistant</c>.</summary>
    public string? Role { get; init; }

    /// <summary>The text, without the end-of-turn token and without a stop text.</summary>
    public string? Content { get; init; }
}

/// <summary>Log-probabilities of a chat reply.</summary>
public sealed record ChatLogprobs
{
    /// <summary>One entry per token id, the end-of-turn token's included.</summary>
    public required ImmutableArray<TokenLogprob> Content { get; init; }
}

/// <summary>A token and its log-probability under the distribution that it was drawn from (after mask, temperature, top-k and top-p).</summary>
public sealed record TokenLogprob
{
    /// <summary>The token as text; bytes that are not UTF-8 by themselves become U+FFFD.</summary>
    public required string Token { get; init; }

    /// <summary>Natural logarithm.</summary>
    public required float Logprob { get; init; }

    /// <summary>The token's bytes.</summary>
    public required ImmutableArray<int> Bytes { get; init; }

    /// <summary>The most likely tokens at this place, best first; at most as many as the distribution holds.</summary>
    public ImmutableArray<TokenLogprob>? TopLogprobs { get; init; }
}

/// <summary>Reply of <c>POST /v1/completions</c>, or one chunk of its stream; the extra fields are those of <see cref="ChatCompletion"/>.</summary>
public sealed record TextCompletion
{
    /// <summary>Names the reply.</summary>
    public required string Id { get; init; }

    /// <summary><c>text_completion</c>.</summary>
    public required string Object { get; init; }

    /// <summary>When it was made, seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary><c>agent@version</c> that spoke.</summary>
    public required string Model { get; init; }

    /// <summary>The utterances.</summary>
    public required ImmutableArray<TextChoice> Choices { get; init; }

    /// <summary>Tokens read and said.</summary>
    public Usage? Usage { get; init; }

    /// <summary>The prompt as ids; with <c>return_token_ids</c>. Shape [n].</summary>
    public ImmutableArray<int>? PromptTokenIds { get; init; }

    /// <summary>The policy version that produced every token.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>The critic's value after the prompt, min(V1, V2); absent when the version has no critic.</summary>
    public float? Value { get; init; }
}

/// <summary>One utterance of a completion, or what a chunk adds to it.</summary>
public sealed record TextChoice
{
    /// <summary>Which of the <c>n</c> utterances.</summary>
    public required int Index { get; init; }

    /// <summary>The text, without the end-of-turn token and without a stop text.</summary>
    public required string Text { get; init; }

    /// <summary>Log-probabilities, when asked for.</summary>
    public TextLogprobs? Logprobs { get; init; }

    /// <summary><c>stop</c> or <c>length</c>; null in all chunks but the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FinishReason { get; init; }

    /// <summary>Ids, the end-of-turn token included; with <c>return_token_ids</c>. Shape [n].</summary>
    public ImmutableArray<int>? TokenIds { get; init; }
}

/// <summary>Log-probabilities of a completion, as columns.</summary>
public sealed record TextLogprobs
{
    /// <summary>Tokens as text.</summary>
    public required ImmutableArray<string> Tokens { get; init; }

    /// <summary>Their log-probabilities.</summary>
    public required ImmutableArray<float> TokenLogprobs { get; init; }

    /// <summary>The most likely tokens at each place.</summary>
    public required ImmutableArray<IReadOnlyDictionary<string, float>> TopLogprobs { get; init; }

    /// <summary>Where each token's text begins in the reply's text, UTF-16 units.</summary>
    public required ImmutableArray<int> TextOffset { get; init; }
}

/// <summary>Tokens read and said.</summary>
public sealed record Usage
{
    /// <summary>Tokens of the prompt.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of all utterances.</summary>
    public required int CompletionTokens { get; init; }

    /// <summary>Their sum.</summary>
    public required int TotalTokens { get; init; }

    /// <summary>How many of the prompt's did not have to be read again.</summary>
    public PromptTokensDetails? PromptTokensDetails { get; init; }
}

/// <summary>Part of <see cref="Usage"/>.</summary>
public sealed record PromptTokensDetails
{
    /// <summary>Prompt tokens whose cache was there from an earlier turn.</summary>
    public required int CachedTokens { get; init; }
}
