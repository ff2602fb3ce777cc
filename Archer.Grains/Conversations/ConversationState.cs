using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.Policies;

namespace Archer.Grains.Conversations;

/// <summary>Everything that is durable about a conversation: one write per turn.</summary>
[GenerateSerializer, Immutable, Alias("archer.conversation-state")]
internal sealed partial record ConversationState
{
    /// <summary>The request that started it, id filled in; null before.</summary>
    [Id(0)]
    public StartConversation? Request { get; init; }

    /// <summary>What the agent's configuration was at the start.</summary>
    [Id(1)]
    public ConversationTerms Terms { get; init; } = new();

    [Id(2)]
    public DateTimeOffset StartedAt { get; init; }

    [Id(3)]
    public DateTimeOffset LastActivityAt { get; init; }

    [Id(4)]
    public ImmutableArray<TurnState> Turns { get; init; } = [];

    /// <summary>How it ended; null while open.</summary>
    [Id(5)]
    public EndState? End { get; init; }

    /// <summary>Finished transitions without an acknowledgement, in turn order, each turn once.</summary>
    [Id(6)]
    public ImmutableArray<OutboxEntry> Outbox { get; init; } = [];

    /// <summary>The newest reward reports that had a key.</summary>
    [Id(7)]
    public ImmutableArray<AppliedReward> AppliedRewards { get; init; } = [];

    /// <summary>The conversation is being erased: its text is gone from this state, the rest is what the erasure still needs.</summary>
    [Id(9)]
    public PendingErasure? Erasing { get; init; }

    /// <summary>Highest replay position that one of its rows is known to have had; 0 before the first.</summary>
    [Id(10)]
    public long LastPosition { get; init; }

    /// <summary>Its agent has counted its end: after a late reward it must not be counted again.</summary>
    [Id(11)]
    public bool Reported { get; init; }

    /// <summary>The conversation was erased: nothing but this answer is left, so that a repeated erasure gets it again.</summary>
    [Id(8)]
    public ConversationErasure? Erasure { get; init; }
}

/// <summary>The part of an agent's configuration that a conversation keeps from its start to its end.</summary>
[GenerateSerializer, Immutable, Alias("archer.conversation-terms")]
internal sealed record ConversationTerms
{
    [Id(0)]
    public string SystemPrompt { get; init; } = "";

    [Id(1)]
    public SamplingSettings Sampling { get; init; } = new();

    [Id(2)]
    public ReplaySplit Split { get; init; }

    [Id(3)]
    public int TurnLimit { get; init; }

    [Id(4)]
    public int IdleTimeoutSeconds { get; init; }

    [Id(5)]
    public float DefaultReward { get; init; }

    [Id(6)]
    public ulong Seed { get; init; }

    /// <summary>Task by whose rules its utterances are counted; null for none.</summary>
    [Id(7)]
    public string? Task { get; init; }

    [Id(8)]
    public float MinimumReward { get; init; } = -1_000;

    [Id(9)]
    public float MaximumReward { get; init; } = 1_000;
}

/// <summary>A message and the reply to it.</summary>
[GenerateSerializer, Immutable, Alias("archer.turn-state")]
internal sealed record TurnState
{
    [Id(0)]
    public string? Key { get; init; }

    [Id(1)]
    public string UserText { get; init; } = "";

    /// <summary>Ids that the message appended to the observation. Shape [m].</summary>
    [Id(2)]
    public ImmutableArray<int> PromptTokenIds { get; init; } = [];

    [Id(3)]
    public required Utterance Utterance { get; init; }

    /// <summary>Null while nobody reported one and the transition is not finished.</summary>
    [Id(4)]
    public float? Reward { get; init; }

    [Id(5)]
    public int Revision { get; init; }

    [Id(6)]
    public DateTimeOffset ActedAt { get; init; }

    /// <summary>Replay position of the turn's first row; 0 when it has one whose position is not known, null when none is known of.</summary>
    [Id(7)]
    public long? Position { get; init; }

    /// <summary>Reward of the utterance before, as it came with the message: what is sent again with the key must say the same.</summary>
    [Id(8)]
    public float? MessageReward { get; init; }

    /// <summary>Somebody reported the reward: it is not the agent's default.</summary>
    [Id(9)]
    public bool IsRewardExplicit { get; init; }
}

/// <summary>How a conversation ended.</summary>
[GenerateSerializer, Immutable, Alias("archer.end-state")]
internal sealed record EndState
{
    [Id(0)]
    public ConversationOutcome Outcome { get; init; }

    [Id(1)]
    public EndReason Reason { get; init; }

    [Id(2)]
    public DateTimeOffset At { get; init; }

    [Id(3)]
    public string? Text { get; init; }

    [Id(4)]
    public string? Key { get; init; }

    /// <summary>Reward of the last utterance, as it came with the end.</summary>
    [Id(5)]
    public float? Reward { get; init; }
}

/// <summary>A finished transition that waits for its acknowledgement; the row itself is made from the turn.</summary>
[GenerateSerializer, Immutable, Alias("archer.outbox-entry")]
internal readonly record struct OutboxEntry(
    [property: Id(0)] int Turn,
    [property: Id(1)] int Revision);

/// <summary>A reward report that was applied under a key.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Turn">The turn that got the reward.</param>
/// <param name="Reward">The reward.</param>
/// <param name="Revision">Revision that the turn had then.</param>
/// <param name="IsLatest">The report named no turn: it meant the latest.</param>
[GenerateSerializer, Immutable, Alias("archer.applied-reward")]
internal readonly record struct AppliedReward(
    [property: Id(0)] string Key,
    [property: Id(1)] int Turn,
    [property: Id(2)] float Reward,
    [property: Id(3)] int Revision,
    [property: Id(4)] bool IsLatest);
