using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.Policies;

namespace Archer.Replay;

/// <summary>Names one row: a later revision of a turn (a reward that came late) takes the place of an earlier one.</summary>
[GenerateSerializer, Immutable, Alias("archer.replay-key")]
public readonly record struct ReplayKey(
    [property: Id(0)] string Conversation,
    [property: Id(1)] int Turn,
    [property: Id(2)] int Revision);

/// <summary>
/// One finished transition. An observation is a prefix of the episode, so a row holds only what its turn added:
/// the episode's tokens are the rows' prompt ids and utterance ids in turn order.
/// </summary>
[GenerateSerializer, Immutable, Alias("archer.replay-row")]
public sealed record ReplayRow
{
    /// <summary>Version of this record's layout.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Layout that the row was written with.</summary>
    [Id(0)]
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Conversation, turn (from 0) and revision (from 0).</summary>
    [Id(1)]
    public required ReplayKey Key { get; init; }

    /// <summary>Whose data this is; empty when the installation has one tenant.</summary>
    [Id(2)]
    public string Tenant { get; init; } = "";

    /// <summary>What the user said in this turn.</summary>
    [Id(3)]
    public required string UserText { get; init; }

    /// <summary>Ids that the user's message appended to the observation, template tokens included. Shape [m].</summary>
    [Id(4)]
    public required ImmutableArray<int> PromptTokenIds { get; init; }

    /// <summary>The reply: text, ids, log-probabilities, policy version, sampling settings.</summary>
    [Id(5)]
    public required Utterance Utterance { get; init; }

    /// <summary>Reward of the utterance, in the task's units.</summary>
    [Id(6)]
    public required float Reward { get; init; }

    /// <summary>The task ended with this turn: the learner does not bootstrap.</summary>
    [Id(7)]
    public bool Terminated { get; init; }

    /// <summary>We stopped looking after this turn: the learner bootstraps.</summary>
    [Id(8)]
    public bool Truncated { get; init; }

    /// <summary>What the user said after the last utterance; null when there was nothing, or when the next row has it.</summary>
    [Id(9)]
    public string? FinalUserText { get; init; }

    /// <summary>When the utterance was made.</summary>
    [Id(10)]
    public required DateTimeOffset ActedAt { get; init; }

    /// <summary>Train or hold-out.</summary>
    [Id(11)]
    public ReplaySplit Split { get; init; }

    /// <summary>Somebody reported the reward: it is not the agent's default. False in rows of earlier builds, which did not say.</summary>
    [Id(12)]
    public bool IsRewardExplicit { get; init; }
}
