using System.Collections.Immutable;
using Archer.Client.Replay;

namespace Archer.Client.Conversations;

/// <summary>A replay writer tells a conversation which of its transitions are durable in the replay buffer.</summary>
[GenerateSerializer, Immutable, Alias("archer.transition-acknowledgement")]
public sealed record TransitionAcknowledgement
{
    /// <summary>Keys of the rows, all of this conversation.</summary>
    [Id(0)]
    public required ImmutableArray<ReplayKey> Keys { get; init; }

    /// <summary>Replay position of each row; 0 where it is not known any more.</summary>
    [Id(1)]
    public required ImmutableArray<long> Positions { get; init; }
}
