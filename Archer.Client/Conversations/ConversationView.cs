using System.Collections.Immutable;
using Archer.Client.Policies;

namespace Archer.Client.Conversations;

/// <summary>A conversation as it is: everything in it is durable.</summary>
[GenerateSerializer, Immutable, Alias("archer.conversation-view")]
public sealed record ConversationView
{
    /// <summary>The conversation's id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The agent's name.</summary>
    [Id(1)]
    public required string Agent { get; init; }

    /// <summary>Whose data this is; may be empty.</summary>
    [Id(2)]
    public required string Tenant { get; init; }

    /// <summary>Who talks to the agent; may be empty.</summary>
    [Id(3)]
    public required string User { get; init; }

    /// <summary>The user is a program.</summary>
    [Id(4)]
    public required bool Simulated { get; init; }

    /// <summary>Train or hold-out.</summary>
    [Id(5)]
    public required ReplaySplit Split { get; init; }

    /// <summary>Open or ended.</summary>
    [Id(6)]
    public required ConversationStatus Status { get; init; }

    /// <summary>How it ended; null while open.</summary>
    [Id(7)]
    public ConversationOutcome? Outcome { get; init; }

    /// <summary>What ended it; null while open.</summary>
    [Id(8)]
    public EndReason? EndReason { get; init; }

    /// <summary>Sampling settings; the seed differs from turn to turn and is 0 here.</summary>
    [Id(9)]
    public required SamplingSettings Sampling { get; init; }

    /// <summary>The version that every turn is pinned to, if any.</summary>
    [Id(10)]
    public string? PolicyVersion { get; init; }

    /// <summary>Most turns that it may have.</summary>
    [Id(11)]
    public required int TurnLimit { get; init; }

    /// <summary>When it started.</summary>
    [Id(12)]
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while open.</summary>
    [Id(13)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Undiscounted sum of the rewards so far, in the task's units.</summary>
    [Id(14)]
    public required double Return { get; init; }

    /// <summary>The turns, in order.</summary>
    [Id(15)]
    public required ImmutableArray<TurnView> Turns { get; init; }

    /// <summary>What the user said after the last utterance; null when there was nothing.</summary>
    [Id(16)]
    public string? FinalUserText { get; init; }
}

/// <summary>One turn of a conversation.</summary>
[GenerateSerializer, Immutable, Alias("archer.turn-view")]
public sealed record TurnView
{
    /// <summary>Number of the turn, from 0.</summary>
    [Id(0)]
    public required int Turn { get; init; }

    /// <summary>What the user said.</summary>
    [Id(1)]
    public required string UserText { get; init; }

    /// <summary>What the agent said.</summary>
    [Id(2)]
    public required string Text { get; init; }

    /// <summary>The policy version that said it.</summary>
    [Id(3)]
    public required string PolicyVersion { get; init; }

    /// <summary>The critic's value of the observation; null when the version has no critic.</summary>
    [Id(4)]
    public float? Value { get; init; }

    /// <summary>Why the utterance ended.</summary>
    [Id(5)]
    public required FinishReason FinishReason { get; init; }

    /// <summary>Number of tokens in the utterance.</summary>
    [Id(6)]
    public required int Tokens { get; init; }

    /// <summary>Reward of the utterance; null when none is known yet.</summary>
    [Id(7)]
    public float? Reward { get; init; }

    /// <summary>Revision of its transition, from 0.</summary>
    [Id(8)]
    public required int Revision { get; init; }

    /// <summary>Its transition is finished: the next user message, or the end, is known.</summary>
    [Id(9)]
    public required bool Finished { get; init; }

    /// <summary>When the utterance was made.</summary>
    [Id(10)]
    public required DateTimeOffset ActedAt { get; init; }

    /// <summary>Natural logarithm of the utterance's probability when it was acted: the sum over its tokens.</summary>
    [Id(11)]
    public double LogProbability { get; init; }

    /// <summary>
    /// Generalised advantage of the utterance from the recorded values and rewards, with the γ and λ that the learner reported; null while its
    /// reward or the value after it is not known, or no learner has reported. Only <c>GET /v1/conversations/{id}</c> tells it.
    /// </summary>
    [Id(12)]
    public double? Advantage { get; init; }

    /// <summary>
    /// How often the learner has drawn the turn for an update of the critic (it draws whole conversations); null when that is not known.
    /// Only <c>GET /v1/conversations/{id}</c> tells it.
    /// </summary>
    [Id(13)]
    public long? Replays { get; init; }
}
