using System.Collections.Immutable;

namespace Archer.Trainer.Episodes;

/// <summary>How an episode ended, as the critic's targets need it.</summary>
public enum EpisodeEnd
{
    /// <summary>The task ended, or somebody rewarded the last utterance and nothing followed: nothing is bootstrapped after the last turn.</summary>
    Terminated,

    /// <summary>We stopped looking after the user had spoken once more: the last turn bootstraps from <see cref="Episode.FinalUserText"/>.</summary>
    TruncatedAfterReply,

    /// <summary>We stopped looking while the agent's last utterance hung in the air: its turn only lends its V to the turn before.</summary>
    TruncatedWithoutReply,
}

/// <summary>One turn inside an episode's tokens.</summary>
/// <param name="UtteranceStart">Index of the utterance's first token; the observation ends one before.</param>
/// <param name="UtteranceLength">Tokens of the utterance, the end-of-turn token included.</param>
/// <param name="Reward">Reward in the task's units.</param>
public readonly record struct EpisodeTurn(int UtteranceStart, int UtteranceLength, float Reward)
{
    /// <summary>Index of the last token of the observation: V is read here.</summary>
    public int ObservationEnd => UtteranceStart - 1;

    /// <summary>Index of the last token of the utterance: Q is read here.</summary>
    public int UtteranceEnd => UtteranceStart + UtteranceLength - 1;
}

/// <summary>A finished conversation as the learner sees it: every token once, in order, with the log-probabilities recorded at acting time.</summary>
public sealed record Episode
{
    /// <summary>
    /// By the time of the last utterance, then by name. Conversations reach the log through shards that overtake one another; this order does not
    /// depend on it, so that what is learned does not either.
    /// </summary>
    public static IComparer<Episode> InTime { get; } = Comparer<Episode>.Create((one, other) =>
        one.ActedAt != other.ActedAt ? one.ActedAt.CompareTo(other.ActedAt) : string.CompareOrdinal(one.Conversation, other.Conversation));

    /// <summary>The conversation.</summary>
    public required string Conversation { get; init; }

    /// <summary>Replay position of the row that completed it.</summary>
    public required long Position { get; init; }

    /// <summary>When its last utterance was made.</summary>
    public required DateTimeOffset ActedAt { get; init; }

    /// <summary>Prompt ids and utterance ids of all turns, in turn order. Shape [T].</summary>
    public required ImmutableArray<int> TokenIds { get; init; }

    /// <summary>Its turns, in order.</summary>
    public required ImmutableArray<EpisodeTurn> Turns { get; init; }

    /// <summary>Recorded log-probabilities of the utterances' tokens, one utterance after the other. Shape [Σ utterance lengths].</summary>
    public required ImmutableArray<float> LogProbabilities { get; init; }

    /// <summary>Policy version of each turn.</summary>
    public required ImmutableArray<string> PolicyVersions { get; init; }

    /// <summary>How it ended.</summary>
    public required EpisodeEnd End { get; init; }

    /// <summary>The user's last words, when <see cref="End"/> says that there are some to bootstrap from; never tokenised before.</summary>
    public string? FinalUserText { get; init; }

    /// <summary>Sampling temperature that the utterances were drawn with.</summary>
    public required float Temperature { get; init; }

    /// <summary>
    /// The setting by which the recorded log-probabilities are not the policy's own: <c>temperature</c>, <c>top_k</c> or <c>top_p</c>; null at
    /// temperature 1 with no token cut off. Only then does a ratio of probabilities mean something; the critic learns from other episodes too, the
    /// actor does not. Default null.
    /// </summary>
    public string? OtherSampling { get; init; }

    /// <summary>Turns whose utterance reached its most tokens before the policy ended it.</summary>
    public int CutOffTurns { get; init; }

    /// <summary>What the user's last words append to the observation, tokenised once; empty when there were none. Shape [m].</summary>
    public ImmutableArray<int> FinalPromptIds { get; init; } = [];

    /// <summary>Why nothing is learned from it; null, the default, when it is sound.</summary>
    public EpisodeDefect? Defect { get; init; }

    /// <summary>
    /// Turns with a known outcome, which are learned from: all, or all but the last when nothing is known of what its utterance led to.
    /// </summary>
    public int LearnedTurns => Defect is not null ? 0 : End == EpisodeEnd.Terminated || !FinalPromptIds.IsEmpty ? Turns.Length : Turns.Length - 1;

    /// <summary>Undiscounted sum of the rewards.</summary>
    public double Return => Turns.Sum(turn => (double)turn.Reward);
}
