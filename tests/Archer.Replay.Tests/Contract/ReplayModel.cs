namespace Archer.Replay.Tests;

/// <summary>The contract in the plainest form: a list that is searched from end to end. Stores are compared with it.</summary>
internal sealed class ReplayModel(int capacity)
{
    private readonly List<(long Position, ReplayKey Key)> _rows = [];
    private readonly List<(long Position, string Conversation, ReplayErasure Erasure)> _tombstones = [];
    private readonly List<string> _evictedConversations = [];
    private readonly Dictionary<string, long> _first = [];
    private readonly Dictionary<string, long> _last = [];
    private long _seen;

    public long Last { get; private set; }

    public long Inserted { get; private set; }

    public long Evicted { get; private set; }

    public int Rows => _rows.Count;

    public int Episodes => _rows.Select(row => row.Key.Conversation).Distinct().Count();

    public IEnumerable<(long Position, string Conversation, int Turn, int Revision)> Entries =>
        _rows.Select(row => (row.Position, row.Key.Conversation, row.Key.Turn, row.Key.Revision))
            .Concat(_tombstones.Select(tombstone => (tombstone.Position, tombstone.Conversation, -1, -1)))
            .Order();

    public ReplayAppendResult Append(IReadOnlyList<ReplayKey> keys)
    {
        var added = keys.Count(TryAppend);
        Evict();
        return new ReplayAppendResult(added, keys.Count - added, Last);
    }

    public void ReportRead(long position)
    {
        _seen = Math.Max(_seen, position);
        Evict();
    }

    public ReplayErasure Erase(string conversation)
    {
        if (_tombstones.FirstOrDefault(tombstone => tombstone.Conversation == conversation) is { Conversation: not null } gone)
        {
            return gone.Erasure;
        }

        var rows = _rows.RemoveAll(row => row.Key.Conversation == conversation);
        var known = _evictedConversations.Contains(conversation) || rows > 0;
        var erasure = known ? new ReplayErasure(rows, _first[conversation], _last[conversation]) : default;
        _tombstones.Add((++Last, conversation, erasure));
        return erasure;
    }

    private bool TryAppend(ReplayKey key)
    {
        if (_tombstones.Any(tombstone => tombstone.Conversation == key.Conversation)
            || _evictedConversations.Contains(key.Conversation)
            || _rows.Any(row => row.Key.Conversation == key.Conversation && row.Key.Turn == key.Turn && row.Key.Revision >= key.Revision))
        {
            return false;
        }

        _rows.RemoveAll(row => row.Key.Conversation == key.Conversation && row.Key.Turn == key.Turn);
        _rows.Add((++Last, key));
        Inserted++;
        _first.TryAdd(key.Conversation, Last);
        _last[key.Conversation] = Last;
        return true;
    }

    private void Evict()
    {
        while (_rows.Count > capacity && Episodes > 1)
        {
            var oldest = _rows.Select(row => row.Key.Conversation).Distinct().MinBy(conversation => _last[conversation])!;
            if (_last[oldest] > _seen && _rows.Count <= 2 * capacity)
            {
                return;
            }

            Evicted += _rows.RemoveAll(row => row.Key.Conversation == oldest);
            _evictedConversations.Add(oldest);
            if (_evictedConversations.Count > capacity)
            {
                _first.Remove(_evictedConversations[0]);
                _evictedConversations.RemoveAt(0);
            }
        }
    }
}
