using System.Collections.Concurrent;
using Archer.Client.Conversations;

namespace Archer.EndToEnd.Tests.Durability;

/// <summary>What clients were told: every reply that reached one, and who waits for how many of them.</summary>
internal sealed class ClientJournal
{
    private readonly ConcurrentDictionary<(string Conversation, int Turn), TurnReply> _replies = new();
    private readonly ConcurrentDictionary<string, byte> _ended = new();
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>Replies that clients have seen.</summary>
    public IReadOnlyDictionary<(string Conversation, int Turn), TurnReply> Replies => _replies;

    /// <summary>Conversations whose end clients have seen confirmed.</summary>
    public ICollection<string> Ended => _ended.Keys;

    /// <summary>A reply reached its client.</summary>
    public void Acknowledged(TurnReply reply)
    {
        Assert.True(_replies.TryAdd((reply.Conversation, reply.Turn), reply), $"{reply.Conversation} turn {reply.Turn} was answered twice.");
        _changed.Release();
    }

    /// <summary>The end of a conversation was confirmed to its client.</summary>
    public void Closed(string conversation) => Assert.True(_ended.TryAdd(conversation, 0));

    /// <summary>Completes when clients have seen at least this many replies.</summary>
    public async Task WaitForAsync(int replies, CancellationToken cancellationToken)
    {
        while (_replies.Count < replies)
        {
            await _changed.WaitAsync(cancellationToken);
        }
    }
}
