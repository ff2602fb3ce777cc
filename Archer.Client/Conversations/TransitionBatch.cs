using System.Collections.Immutable;
using Archer.Client.Replay;

namespace Archer.Client.Conversations;

/// <summary>Event of the stream <see cref="TransitionStream"/>: finished transitions of one conversation.</summary>
[GenerateSerializer, Immutable, Alias("archer.transition-batch")]
public sealed record TransitionBatch
{
    /// <summary>The agent whose replay buffer takes them.</summary>
    [Id(0)]
    public required string Agent { get; init; }

    /// <summary>The conversation that waits for the acknowledgement.</summary>
    [Id(1)]
    public required string Conversation { get; init; }

    /// <summary>Rows in turn order.</summary>
    [Id(2)]
    public required ImmutableArray<ReplayRow> Rows { get; init; }
}

/// <summary>The stream that carries finished transitions from conversations to replay writers.</summary>
public static class TransitionStream
{
    /// <summary>Name of the stream provider.</summary>
    public const string Provider = "archer";

    /// <summary>Namespace of the streams; the key is the shard's number.</summary>
    public const string Namespace = "transitions";

    /// <summary>Number of shards: fixed, so that a conversation always has the same writer. Two batches of one conversation never race.</summary>
    public const int Shards = 8;

    /// <summary>Shard of a conversation, as the stream's key.</summary>
    public static string ShardOf(string conversation) => (ConversationHash.Of(conversation) % Shards).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
