namespace Archer.Trainer.Episodes;

/// <summary>What is remarkable about a conversation that entered the learner.</summary>
public enum IntakeNoticeKind
{
    /// <summary>Nothing is learned from it; the reason is an <see cref="EpisodeDefect"/>.</summary>
    Refused,

    /// <summary>Rewards were clipped to the learner's range.</summary>
    RewardClipped,

    /// <summary>The actor does not learn from it: its recorded log-probabilities are not the policy's own.</summary>
    OtherSampling,
}

/// <summary>One remarkable conversation.</summary>
/// <param name="Conversation">Its id.</param>
/// <param name="Kind">What is remarkable.</param>
/// <param name="Reason">In snake_case, as metrics have it.</param>
/// <param name="Turns">Turns that are concerned.</param>
public sealed record IntakeNotice(string Conversation, IntakeNoticeKind Kind, string Reason, int Turns);
