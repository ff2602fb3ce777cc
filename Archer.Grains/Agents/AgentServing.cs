using Archer.Client.Conversations;

namespace Archer.Grains.Agents;

/// <summary>What an agent serves: every silo keeps a copy of it and decides by it.</summary>
[GenerateSerializer, Immutable, Alias("archer.agent-serving")]
public sealed record AgentServing
{
    private const ulong CanarySalt = 1;

    /// <summary>The agent's name.</summary>
    [Id(0)]
    public required string Agent { get; init; }

    /// <summary>Grows with every change: an older copy never replaces a newer one.</summary>
    [Id(1)]
    public required long Revision { get; init; }

    /// <summary>Version that serves.</summary>
    [Id(2)]
    public required string Version { get; init; }

    /// <summary>Canary version; null when there is none.</summary>
    [Id(3)]
    public string? Candidate { get; init; }

    /// <summary>Share of conversations that the candidate answers, in [0, 1].</summary>
    [Id(4)]
    public double CanaryShare { get; init; }

    /// <summary>Version that answers a conversation's next turn: the same in every silo.</summary>
    public string VersionFor(string conversation) =>
        Candidate is not null && ConversationHash.ToUnitInterval(ConversationHash.Of(conversation, CanarySalt)) < CanaryShare ? Candidate : Version;
}
