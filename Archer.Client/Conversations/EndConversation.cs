namespace Archer.Client.Conversations;

/// <summary>Ends a conversation. Body of <c>POST /v1/conversations/{id}/end</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.end-conversation")]
public sealed record EndConversation
{
    /// <summary>Terminated when the task ended, truncated when somebody stopped looking.</summary>
    [Id(0)]
    public required ConversationOutcome Outcome { get; init; }

    /// <summary>The user's last words, at most 32,768 characters; null when there are none.</summary>
    [Id(1)]
    public string? Text { get; init; }

    /// <summary>Reward of the last utterance, in the task's units; null leaves it as reported, or the agent's default.</summary>
    [Id(2)]
    public float? Reward { get; init; }

    /// <summary>Idempotency key, at most 128 characters: ending again with the same key answers with the ended conversation.</summary>
    [Id(3)]
    public string? Key { get; init; }
}
