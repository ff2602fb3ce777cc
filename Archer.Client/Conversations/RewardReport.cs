namespace Archer.Client.Conversations;

/// <summary>
/// Sets the reward of an utterance, also after its transition was published and after the conversation's end.
/// Body of <c>POST /v1/conversations/{id}/rewards</c>. The last report stands.
/// </summary>
[GenerateSerializer, Immutable, Alias("archer.reward-report")]
public sealed record RewardReport
{
    /// <summary>Reward in the task's units, finite.</summary>
    [Id(0)]
    public required float Reward { get; init; }

    /// <summary>Turn of the utterance, from 0; null means the latest.</summary>
    [Id(1)]
    public int? Turn { get; init; }

    /// <summary>Idempotency key, unique in the conversation, at most 128 characters; null applies every report.</summary>
    [Id(2)]
    public string? Key { get; init; }
}

/// <summary>What a reward report changed.</summary>
[GenerateSerializer, Immutable, Alias("archer.reward-receipt")]
public sealed record RewardReceipt
{
    /// <summary>The conversation's id.</summary>
    [Id(0)]
    public required string Conversation { get; init; }

    /// <summary>Turn that has the reward now.</summary>
    [Id(1)]
    public required int Turn { get; init; }

    /// <summary>The reward.</summary>
    [Id(2)]
    public required float Reward { get; init; }

    /// <summary>Revision of the turn's transition that carries it; 0 unless the transition had been published before.</summary>
    [Id(3)]
    public required int Revision { get; init; }
}
