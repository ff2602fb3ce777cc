namespace Archer.Client.Conversations;

/// <summary>What the user says; the agent's reply makes it a turn. Body of <c>POST /v1/conversations/{id}/messages</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.user-message")]
public sealed record UserMessage
{
    /// <summary>The text, 1 to 32,768 characters.</summary>
    [Id(0)]
    public required string Text { get; init; }

    /// <summary>Reward of the previous utterance, in the task's units; null leaves it as reported, or the agent's default. Not in turn 0.</summary>
    [Id(1)]
    public float? Reward { get; init; }

    /// <summary>
    /// Idempotency key, unique in the conversation, at most 128 characters: the same key and text give the stored reply again,
    /// without another call to the policy. Null: every message is a new turn.
    /// </summary>
    [Id(2)]
    public string? Key { get; init; }
}
