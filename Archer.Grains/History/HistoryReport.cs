using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.History;

namespace Archer.Grains.History;

/// <summary>What one silo tells an agent's history a few times a second. Told twice, it counts once.</summary>
[GenerateSerializer, Immutable, Alias("archer.history-report")]
public sealed record HistoryReport
{
    /// <summary>Conversations that started.</summary>
    [Id(0)]
    public ImmutableArray<ConversationSummary> Started { get; init; } = [];

    /// <summary>Conversations that ended.</summary>
    [Id(1)]
    public ImmutableArray<EndedConversation> Ended { get; init; } = [];
}
