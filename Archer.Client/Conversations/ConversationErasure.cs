using System.Collections.Immutable;

namespace Archer.Client.Conversations;

/// <summary>What an erasure removed. Answer of <c>DELETE /v1/conversations/{id}</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.conversation-erasure")]
public sealed record ConversationErasure
{
    /// <summary>The conversation's id.</summary>
    [Id(0)]
    public required string Conversation { get; init; }

    /// <summary>Turns removed from the conversation's state.</summary>
    [Id(1)]
    public required int Turns { get; init; }

    /// <summary>Rows removed from the replay buffer, all revisions.</summary>
    [Id(2)]
    public required int ReplayRows { get; init; }

    /// <summary>Policy versions that were trained on the conversation, directly or through an ancestor, oldest first: erase or retrain them.</summary>
    [Id(3)]
    public required ImmutableArray<string> TrainedVersions { get; init; }
}
