using System.Globalization;
using Archer.Client.Conversations;

namespace Archer.Grains.Replay;

/// <summary>The stream that carries finished transitions from silos to replay writers.</summary>
public static class TransitionStream
{
    /// <summary>Name of the stream provider.</summary>
    public const string Provider = "archer";

    /// <summary>Namespace of the streams; the key is the shard's number.</summary>
    public const string Namespace = "transitions";

    /// <summary>Number of shards: fixed, so that a conversation always has the same writer. Two batches of one conversation never race.</summary>
    public const int Shards = 8;

    /// <summary>Shard of a conversation, as the stream's key.</summary>
    public static string ShardOf(string conversation) => IndexOf(conversation).ToString(CultureInfo.InvariantCulture);

    /// <summary>Shard of a conversation, from 0.</summary>
    internal static int IndexOf(string conversation) => (int)(ConversationHash.Of(conversation) % Shards);
}
