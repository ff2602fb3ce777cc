using System.Collections.Immutable;
using Archer.Replay;

namespace Archer.Grains.Replay;

/// <summary>Event of the stream <see cref="TransitionStream"/>: finished transitions of one shard's conversations, gathered by one silo.</summary>
[GenerateSerializer, Immutable, Alias("archer.transition-batch")]
internal sealed record TransitionBatch
{
    /// <summary>The silo that waits for the acknowledgement.</summary>
    [Id(0)]
    public required ITransitionObserver Sender { get; init; }

    /// <summary>Number of the batch, unique in its silo.</summary>
    [Id(1)]
    public required long Number { get; init; }

    [Id(2)]
    public required ImmutableArray<ConversationTransitions> Conversations { get; init; }

    /// <summary>Rows of all conversations.</summary>
    public int RowCount => Conversations.Sum(conversation => conversation.Rows.Length);
}

/// <summary>Finished transitions of one conversation.</summary>
[GenerateSerializer, Immutable, Alias("archer.conversation-transitions")]
internal sealed record ConversationTransitions
{
    /// <summary>The agent whose replay buffer takes them.</summary>
    [Id(0)]
    public required string Agent { get; init; }

    /// <summary>The conversation's id.</summary>
    [Id(1)]
    public required string Conversation { get; init; }

    /// <summary>Rows in turn order.</summary>
    [Id(2)]
    public required ImmutableArray<ReplayRow> Rows { get; init; }
}

/// <summary>What a replay writer tells a silo of one of its batches.</summary>
[GenerateSerializer, Immutable, Alias("archer.batch-acknowledgement")]
internal sealed record BatchAcknowledgement
{
    /// <summary>A position of this value: the row was not written.</summary>
    public const long NotWritten = -1;

    /// <summary><see cref="TransitionBatch.Number"/>.</summary>
    [Id(0)]
    public required long Number { get; init; }

    /// <summary>Replay position of each row in the batch's order; 0 where it is not known any more, <see cref="NotWritten"/> where the store failed.</summary>
    [Id(1)]
    public required ImmutableArray<long> Positions { get; init; }
}

/// <summary>A silo, as replay writers see it.</summary>
[Alias("archer.transition-observer")]
internal interface ITransitionObserver : IGrainObserver
{
    /// <summary>The replay buffer has these batches. What is not acknowledged is sent again.</summary>
    [Orleans.Concurrency.OneWay]
    Task AcknowledgeAsync(ImmutableArray<BatchAcknowledgement> batches);
}
