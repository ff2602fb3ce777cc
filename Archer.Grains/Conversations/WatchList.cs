namespace Archer.Grains.Conversations;

/// <summary>
/// Conversations of one watch, each with the time of its next look. Removing costs nothing at once: what is left of it in the queue goes when it
/// is due, or when there is more of that than of what counts.
/// </summary>
internal sealed class WatchList
{
    private const int Slack = 64;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Entry, DateTimeOffset> _queue = new();

    public int Count => _entries.Count;

    public IEnumerable<string> Conversations => _entries.Keys;

    /// <summary>Places in the queue, those of removed conversations included.</summary>
    internal int Queued => _queue.Count;

    public bool Contains(string conversation) => _entries.ContainsKey(conversation);

    /// <summary>Adds a conversation; one that is on the list keeps its time, and stays on the list whatever a look that has begun finds.</summary>
    public void Add(string conversation, DateTimeOffset at)
    {
        if (_entries.TryGetValue(conversation, out var known))
        {
            known.LookAgain = true;
            return;
        }

        var entry = new Entry(conversation);
        _entries.Add(conversation, entry);
        Enqueue(entry, at);
    }

    public bool Remove(string conversation) => _entries.Remove(conversation);

    /// <summary>Takes a conversation that is due; null when there is none. Until <see cref="Looked"/> it is not due again.</summary>
    public string? TakeDue(DateTimeOffset now)
    {
        while (_queue.TryPeek(out var entry, out var at) && at <= now)
        {
            _queue.Dequeue();
            if (IsValid(entry, at))
            {
                entry.At = null;
                return entry.Conversation;
            }
        }

        return null;
    }

    /// <summary>Every conversation is due; one that is being looked at is looked at once more.</summary>
    public void MakeDue(DateTimeOffset now)
    {
        foreach (var entry in _entries.Values)
        {
            MakeDue(entry, now);
        }
    }

    /// <summary>A conversation of the list is due at a time, or before it; one that is being looked at is looked at once more.</summary>
    public void MakeDue(string conversation, DateTimeOffset at)
    {
        if (_entries.TryGetValue(conversation, out var entry))
        {
            MakeDue(entry, at);
        }
    }

    /// <summary>A look begins: what is added from here on may not be known to it.</summary>
    public void Looking(string conversation)
    {
        if (_entries.TryGetValue(conversation, out var entry))
        {
            entry.LookAgain = false;
        }
    }

    /// <summary>A look has ended.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="next">When to look again; null when there is nothing to look after.</param>
    /// <param name="soon">The latest time to look again when it was added or made due meanwhile.</param>
    /// <returns>Whether it left the list.</returns>
    public bool Looked(string conversation, DateTimeOffset? next, DateTimeOffset soon)
    {
        if (!_entries.TryGetValue(conversation, out var entry))
        {
            return false;
        }

        if (next is null && !entry.LookAgain)
        {
            return _entries.Remove(conversation);
        }

        Enqueue(entry, entry.LookAgain && !(next < soon) ? soon : next!.Value);
        return false;
    }

    private bool IsValid(Entry entry, DateTimeOffset at) =>
        entry.At == at && _entries.TryGetValue(entry.Conversation, out var current) && ReferenceEquals(current, entry);

    private void MakeDue(Entry entry, DateTimeOffset at)
    {
        entry.LookAgain = true;
        if (entry.At > at)
        {
            Enqueue(entry, at);
        }
    }

    private void Enqueue(Entry entry, DateTimeOffset at)
    {
        if (_queue.Count > (2 * _entries.Count) + Slack)
        {
            _queue.Clear();
            _queue.EnqueueRange(_entries.Values.Where(other => other.At is not null).Select(other => (other, other.At!.Value)));
        }

        entry.At = at;
        _queue.Enqueue(entry, at);
    }

    /// <param name="conversation">Its id.</param>
    private sealed class Entry(string conversation)
    {
        public string Conversation { get; } = conversation;

        /// <summary>When it is due; null while it is looked at.</summary>
        public DateTimeOffset? At { get; set; }

        /// <summary>Something happened that the look which has begun may not know.</summary>
        public bool LookAgain { get; set; }
    }
}
