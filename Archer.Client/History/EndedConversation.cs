using System.Collections.Immutable;
using Archer.Client.Conversations;

namespace Archer.Client.History;

/// <summary>What a conversation leaves in its agent's history when it has ended.</summary>
[GenerateSerializer, Immutable, Alias("archer.ended-conversation")]
public sealed record EndedConversation
{
    /// <summary>Most turns of which value and reward are told.</summary>
    public const int MaxTurnsTold = 256;

    /// <summary>Its line in the list of recent conversations.</summary>
    [Id(0)]
    public required ConversationSummary Summary { get; init; }

    /// <summary>Rewards of its first turns, in the task's units.</summary>
    [Id(1)]
    public required ImmutableArray<float> Rewards { get; init; }

    /// <summary>The critic's values when those turns were acted; null where a version had no critic. As long as <see cref="Rewards"/>.</summary>
    [Id(2)]
    public required ImmutableArray<float?> Values { get; init; }

    /// <summary>What its utterances were by the rules of the agent's task; empty when the agent has none.</summary>
    [Id(3)]
    public ImmutableArray<UtteranceKind> Kinds { get; init; } = [];
}
