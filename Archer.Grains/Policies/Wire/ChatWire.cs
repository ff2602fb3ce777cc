using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Archer.Grains.Policies.Wire;

/// <summary>Body of <c>POST /v1/chat/completions</c>: OpenAI's layout with token ids.</summary>
internal sealed record ChatBody
{
    public required string Model { get; init; }

    public required ImmutableArray<ChatBodyMessage> Messages { get; init; }

    public required float Temperature { get; init; }

    public required float TopP { get; init; }

    public required int TopK { get; init; }

    public required int MaxTokens { get; init; }

    public required ulong Seed { get; init; }

    public bool Logprobs { get; } = true;

    public bool ReturnTokenIds { get; } = true;

    public bool? Stream { get; init; }
}

/// <summary>A message; the ids of a user message are all that its turn put before the utterance.</summary>
internal sealed record ChatBodyMessage(string Role, string Content, ImmutableArray<int>? TokenIds = null);

/// <summary>The answer, or one chunk of its stream.</summary>
internal sealed record ChatAnswer
{
    public ImmutableArray<ChatAnswerChoice>? Choices { get; init; }

    public ImmutableArray<int>? PromptTokenIds { get; init; }

    public string? PolicyVersion { get; init; }

    public float? Value { get; init; }

    public ChatError? Error { get; init; }
}

internal sealed record ChatAnswerChoice
{
    public ChatText? Message { get; init; }

    public ChatText? Delta { get; init; }

    public ChatLogprobs? Logprobs { get; init; }

    public string? FinishReason { get; init; }

    public ImmutableArray<int>? TokenIds { get; init; }
}

internal sealed record ChatText(string? Content);

internal sealed record ChatLogprobs(ImmutableArray<ChatLogprob>? Content);

internal readonly record struct ChatLogprob(float Logprob);

internal sealed record ChatError(string? Message);

/// <summary>What the grains read of a problem document, or of the error of another OpenAI-compatible server.</summary>
internal sealed record PolicyProblem(string? Type, string? Detail, ImmutableArray<string>? Problems, ChatError? Error);

/// <summary>What the grains read of an agent's versions.</summary>
internal sealed record PolicyListing(ImmutableArray<string>? Available);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatBody))]
[JsonSerializable(typeof(ChatAnswer))]
[JsonSerializable(typeof(PolicyProblem))]
[JsonSerializable(typeof(PolicyListing))]
internal sealed partial class ChatWire : JsonSerializerContext;
