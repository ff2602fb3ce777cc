using Archer.Client.Policies;

namespace Archer.Client.Conversations;

/// <summary>The agent's reply to a message: it is durable when a caller sees it.</summary>
[GenerateSerializer, Immutable, Alias("archer.turn-reply")]
public sealed record TurnReply
{
    /// <summary>The conversation's id.</summary>
    [Id(0)]
    public required string Conversation { get; init; }

    /// <summary>Number of the turn, from 0.</summary>
    [Id(1)]
    public required int Turn { get; init; }

    /// <summary>What the agent says.</summary>
    [Id(2)]
    public required string Text { get; init; }

    /// <summary>The policy version that said it.</summary>
    [Id(3)]
    public required string PolicyVersion { get; init; }

    /// <summary>The critic's value of the observation, in units of return; null when the version has no critic.</summary>
    [Id(4)]
    public float? Value { get; init; }

    /// <summary>Why the utterance ended.</summary>
    [Id(5)]
    public required FinishReason FinishReason { get; init; }

    /// <summary>Number of tokens in the utterance, the end-of-turn token included.</summary>
    [Id(6)]
    public required int Tokens { get; init; }

    /// <summary>Messages that the conversation still takes.</summary>
    [Id(7)]
    public required int TurnsLeft { get; init; }
}

/// <summary>A piece of a streamed reply: text as it is generated, then the whole reply once it is durable.</summary>
[GenerateSerializer, Immutable, Alias("archer.turn-fragment")]
public sealed record TurnFragment
{
    /// <summary>Text to append; null in the last fragment.</summary>
    [Id(0)]
    public string? Text { get; init; }

    /// <summary>The reply; only in the last fragment.</summary>
    [Id(1)]
    public TurnReply? Reply { get; init; }
}
