using System.Runtime.InteropServices;
using Archer.Embedded.Storage;

namespace Archer.Client.Replay;

/// <summary>
/// The state of one agent's log in memory: which entries are held, in the order of positions, and which episode goes first.
/// A start rebuilds it from the log's records; after that the same methods keep it up to date. Not thread-safe.
/// </summary>
internal sealed class ReplayIndex(int rememberedEvictions)
{
    private readonly Dictionary<string, IndexedEpisode> _episodes = new(StringComparer.Ordinal);
    private readonly LinkedList<IndexedEpisode> _byAge = new();
    private readonly Dictionary<string, IndexedEntry> _erased = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EvictedEpisode> _evicted = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, string> _evictedByAge = [];
    private readonly List<IndexedEntry> _entries = [];
    private readonly Queue<IndexedEntry> _unsettled = new();
    private int _gone;

    public long LastPosition { get; private set; }

    public long Rows { get; private set; }

    public long Inserted { get; private set; }

    public long Evicted { get; private set; }

    public int Episodes => _episodes.Count;

    /// <summary>Bytes in the log that a clean-up would keep.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>The episode whose last row is oldest.</summary>
    public IndexedEpisode? Oldest => _byAge.First?.Value;

    public IndexedEpisode? FindEpisode(string conversation) => _episodes.GetValueOrDefault(conversation);

    /// <summary>What the erasure of a conversation removed; null when it was not erased.</summary>
    public ReplayErasure? FindErased(string conversation) => _erased.TryGetValue(conversation, out var found) ? found.Erasure : null;

    /// <summary>Position of a row, 0 when this very revision is not held.</summary>
    public long PositionOf(ReplayKey key) =>
        FindEpisode(key.Conversation)?.Turns.TryGetValue(key.Turn, out var entry) == true && entry.Revision == key.Revision ? entry.Position : 0;

    public EvictedEpisode? FindEvicted(string conversation) => _evicted.TryGetValue(conversation, out var found) ? found : null;

    /// <summary>Whether a row is news: not of a conversation that is gone, and later than the turn's known revision.</summary>
    public bool Accepts(ReplayKey key) =>
        !_erased.ContainsKey(key.Conversation)
        && !_evicted.ContainsKey(key.Conversation)
        && !(_episodes.TryGetValue(key.Conversation, out var episode)
            && episode.Turns.TryGetValue(key.Turn, out var known) && known.Revision >= key.Revision);

    /// <summary>Adds an accepted row, or notes that a clean-up has moved a known one.</summary>
    public void AddRow(ReplayKey key, long position, long firstPosition, LogAddress address)
    {
        // At a start: a row behind the eviction means that the eviction had been forgotten.
        Forget(key.Conversation);
        ref var episode = ref CollectionsMarshal.GetValueRefOrAddDefault(_episodes, key.Conversation, out _);
        episode ??= new IndexedEpisode(key.Conversation, firstPosition);
        if (episode.Turns.TryGetValue(key.Turn, out var known))
        {
            if (known.Position == position)
            {
                Move(known, address);
                return;
            }

            if (known.Position > position)
            {
                // At a start: a clean-up moved the row behind the one that was taking its place.
                return;
            }
        }

        var entry = new IndexedEntry
        {
            Position = position,
            Address = address,
            Episode = episode,
            Turn = key.Turn,
            Revision = key.Revision,
            Supersedes = known,
        };
        episode.Turns[key.Turn] = entry;
        if (known is not null)
        {
            _unsettled.Enqueue(entry);
        }

        Rows += known is null ? 1 : 0;
        Hold(entry);
        Touch(episode, position);
        if (position > LastPosition)
        {
            (LastPosition, Inserted) = (position, Inserted + 1);
        }
    }

    /// <summary>Rows up to a position are visible: those that they took the place of go.</summary>
    public void Settle(long visible)
    {
        while (_unsettled.TryPeek(out var entry) && entry.Position <= visible)
        {
            _unsettled.Dequeue();
            Remove(entry.Supersedes!);
            entry.Supersedes = null;
        }
    }

    /// <summary>A conversation's rows in turn order as a reader sees them who sees positions up to <paramref name="visible"/>.</summary>
    public List<IndexedEntry> RowsOf(string conversation, long visible)
    {
        var rows = new List<IndexedEntry>();
        foreach (var newest in FindEpisode(conversation)?.Turns.Values ?? [])
        {
            var row = newest;
            while (row is not null && row.Position > visible)
            {
                row = row.Supersedes;
            }

            if (row is not null)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>Removes a conversation and holds its tombstone, or notes that a clean-up has moved a known tombstone.</summary>
    public void Erase(string conversation, long position, ReplayErasure erasure, LogAddress address)
    {
        if (_erased.TryGetValue(conversation, out var known))
        {
            Move(known, address);
            return;
        }

        Drop(conversation);
        var entry = new IndexedEntry { Position = position, Address = address, Erased = conversation, Erasure = erasure };
        _erased[conversation] = entry;
        Hold(entry);
        LastPosition = Math.Max(LastPosition, position);
    }

    public void Evict(string conversation, EvictedEpisode remembered)
    {
        Evicted += Drop(conversation);
        Forget(conversation);
        _evicted[conversation] = remembered;
        _evictedByAge[remembered.LastPosition] = conversation;
        while (_evicted.Count > rememberedEvictions)
        {
            Forget(_evictedByAge.First().Value);
        }
    }

    /// <summary>Takes the counters over from a record: what they count may no longer be in the log.</summary>
    public void Restore(long lastPosition, long inserted, long evicted)
    {
        LastPosition = Math.Max(LastPosition, lastPosition);
        (Inserted, Evicted) = (inserted, evicted);
    }

    /// <summary>Puts entries and episodes in order after a start: a clean-up has moved old ones behind newer ones.</summary>
    public void Sort()
    {
        Tidy();
        _entries.Sort((a, b) => a.Position.CompareTo(b.Position));
        _byAge.Clear();
        foreach (var episode in _episodes.Values.OrderBy(episode => episode.LastPosition))
        {
            episode.Age = _byAge.AddLast(episode);
        }
    }

    /// <summary>The entry at a position, unless it is gone.</summary>
    public IndexedEntry? Find(long position)
    {
        var at = IndexAfter(position - 1);
        return at < _entries.Count && _entries[at] is { Gone: false } entry && entry.Position == position ? entry : null;
    }

    /// <summary>Held entries with positions in (after, last], oldest first.</summary>
    public List<IndexedEntry> After(long after, long last, int maximum)
    {
        var found = new List<IndexedEntry>();
        for (var i = IndexAfter(after); i < _entries.Count && found.Count < maximum && _entries[i].Position <= last; i++)
        {
            if (!_entries[i].Gone)
            {
                found.Add(_entries[i]);
            }
        }

        return found;
    }

    public void Move(IndexedEntry entry, LogAddress address) => entry.Address = address;

    private int IndexAfter(long position)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _entries[middle].Position > position ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Hold(IndexedEntry entry)
    {
        _entries.Add(entry);
        LiveBytes += entry.Address.RecordBytes;
    }

    private void Touch(IndexedEpisode episode, long position)
    {
        episode.LastPosition = Math.Max(episode.LastPosition, position);
        if (episode.Age is { } node)
        {
            _byAge.Remove(node);
            _byAge.AddLast(node);
        }
        else
        {
            episode.Age = _byAge.AddLast(episode);
        }
    }

    /// <summary>Removes an episode with its rows; returns how many.</summary>
    private int Drop(string conversation)
    {
        if (!_episodes.Remove(conversation, out var episode))
        {
            return 0;
        }

        _byAge.Remove(episode.Age!);
        foreach (var newest in episode.Turns.Values)
        {
            for (var entry = newest; entry is not null; entry = entry.Supersedes)
            {
                Remove(entry);
            }
        }

        Rows -= episode.Turns.Count;
        return episode.Turns.Count;
    }

    private void Forget(string conversation)
    {
        if (_evicted.Remove(conversation, out var evicted))
        {
            _evictedByAge.Remove(evicted.LastPosition);
        }
    }

    private void Remove(IndexedEntry entry)
    {
        if (entry.Gone)
        {
            return;
        }

        entry.Gone = true;
        LiveBytes -= entry.Address.RecordBytes;
        if (++_gone > 64 && _gone > _entries.Count / 2)
        {
            Tidy();
        }
    }

    private void Tidy()
    {
        _entries.RemoveAll(entry => entry.Gone);
        _gone = 0;
    }
}
