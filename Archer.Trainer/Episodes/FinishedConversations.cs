using Archer.Client.Conversations;

namespace Archer.Trainer.Episodes;

/// <summary>
/// Conversations that were handed out and have left the buffer: a late revision of their rows is no new episode. The newest are remembered,
/// by a hash of eight bytes; the replay store itself takes no more rows of conversations that it evicted long before.
/// </summary>
/// <param name="capacity">Most conversations remembered. Default 131,072, a few megabytes.</param>
internal sealed class FinishedConversations(int capacity = 131_072)
{
    private readonly HashSet<ulong> _known = [];
    private readonly Queue<ulong> _byAge = new();

    public bool Contains(string conversation) => _known.Contains(ConversationHash.Of(conversation));

    public void Add(string conversation) => Add(ConversationHash.Of(conversation));

    /// <summary>The hashes, oldest first.</summary>
    public ulong[] ToArray() => [.. _byAge];

    /// <summary>Remembers these, and nothing else.</summary>
    public void Restore(IEnumerable<ulong> hashes)
    {
        _known.Clear();
        _byAge.Clear();
        foreach (var hash in hashes)
        {
            Add(hash);
        }
    }

    private void Add(ulong hash)
    {
        if (!_known.Add(hash))
        {
            return;
        }

        _byAge.Enqueue(hash);
        if (_byAge.Count > capacity)
        {
            _known.Remove(_byAge.Dequeue());
        }
    }
}
