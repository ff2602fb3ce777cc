namespace Archer.Client.Conversations;

/// <summary>Whether a conversation still takes messages.</summary>
public enum ConversationStatus
{
    /// <summary>It takes messages.</summary>
    Open,

    /// <summary>It has ended; only late rewards are taken.</summary>
    Ended,
}

/// <summary>How an episode ended, as Gymnasium has it.</summary>
public enum ConversationOutcome
{
    /// <summary>The task ended: the learner does not bootstrap.</summary>
    Terminated,

    /// <summary>We stopped looking: the learner bootstraps.</summary>
    Truncated,
}

/// <summary>Who or what ended a conversation.</summary>
public enum EndReason
{
    /// <summary>The client said so.</summary>
    Client,

    /// <summary>Nobody said anything for the agent's idle time-out.</summary>
    Idle,

    /// <summary>A message came after the agent's last permitted turn.</summary>
    TurnLimit,
}
