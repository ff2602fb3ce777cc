namespace Archer.Client.Conversations;

/// <summary>Starts a conversation. Body of <c>POST /v1/conversations</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.start-conversation")]
public sealed record StartConversation
{
    /// <summary>Name of the agent to talk to.</summary>
    [Id(0)]
    public required string Agent { get; init; }

    /// <summary>
    /// The conversation's id: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ -. Null lets the silo choose one.
    /// Starting again with the same id and the same settings answers with the conversation that is there.
    /// </summary>
    [Id(1)]
    public string? Id { get; init; }

    /// <summary>Whose data this is; empty when the installation has one tenant.</summary>
    [Id(2)]
    public string Tenant { get; init; } = "";

    /// <summary>Who talks to the agent; empty when it does not matter.</summary>
    [Id(3)]
    public string User { get; init; } = "";

    /// <summary>The user is a program: the start waits, then fails with 429, while the learner lags behind. Live users never wait.</summary>
    [Id(4)]
    public bool Simulated { get; init; }

    /// <summary>Train or hold-out; null decides by a hash of tenant and user (of the id without a user, or with a simulated one) and the agent's hold-out share. Evaluation asks for hold-out.</summary>
    [Id(5)]
    public ReplaySplit? Split { get; init; }

    /// <summary>Sampling settings that differ from the agent's.</summary>
    [Id(6)]
    public SamplingOverrides? Sampling { get; init; }

    /// <summary>A policy version that answers every turn; null takes the one that serves at each turn. Evaluation pins one.</summary>
    [Id(7)]
    public string? PolicyVersion { get; init; }
}
