using System.Runtime.InteropServices;
using Archer.Embedded.Storage;
using Microsoft.Extensions.Logging;

namespace Archer.Client.Replay;

/// <summary>One agent's rows: a log on disk and its index in memory. Readers see an entry once it is durable.</summary>
internal sealed partial class AgentReplayLog : IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly string _agent;
    private readonly LocalReplayOptions _options;
    private readonly ILogger _logger;
    private readonly ReplayIndex _index;
    private readonly SegmentedLog _log;
    private readonly ByteWriter _writer = new();
    private TaskCompletionSource _grown = NewSignal();
    private long _visible;
    private long _seen;

    public AgentReplayLog(string agent, LocalReplayOptions options, string directory, ILogger logger)
    {
        (_agent, _options, _logger) = (agent, options, logger);
        var index = new ReplayIndex(options.Replay.CapacityRows);
        _log = SegmentedLog.Open(options.ForLog(directory), (address, record) => ReplayLogLoader.Visit(index, address, record), logger);
        index.Settle(long.MaxValue);
        index.Sort();
        (_index, _visible) = (index, index.LastPosition);
    }

    /// <summary>Set when a write failed: the log must be opened again.</summary>
    public LogFailedException? Failure => _log.Failure;

    public async Task<ReplayAppendResult> AppendAsync(IReadOnlyList<ReplayRow> rows)
    {
        int added;
        var positions = new long[rows.Count];
        long last;
        Task durable;
        lock (_gate)
        {
            var before = _index.Inserted;
            for (var i = 0; i < rows.Count; i++)
            {
                positions[i] = _index.Accepts(rows[i].Key) ? Put(rows[i]) : _index.PositionOf(rows[i].Key);
            }

            added = (int)(_index.Inserted - before);

            EvictOverflow();
            // Rows that were there already may still be on their way to the disk: this waits for them too.
            (last, durable) = (_index.LastPosition, _log.Flushed);
        }

        await durable;
        Show(last);
        StartCleaningWhenWorthwhile();
        return new ReplayAppendResult(added, rows.Count - added, last) { Positions = ImmutableCollectionsMarshal.AsImmutableArray(positions) };
    }

    public IReadOnlyList<ReplayEntry> Read(long after, int maximum)
    {
        List<IndexedEntry> found;
        lock (_gate)
        {
            found = _index.After(after, _visible, maximum);
        }

        return Load(found);
    }

    public IReadOnlyList<ReplayEntry> ReadConversation(string conversation)
    {
        while (true)
        {
            List<IndexedEntry> found;
            lock (_gate)
            {
                found = _index.RowsOf(conversation, _visible);
            }

            // Fewer: a later revision became visible, or the conversation went, while its rows were read.
            var entries = Load(found);
            if (entries.Count == found.Count)
            {
                return entries;
            }
        }
    }

    /// <summary>Completes when the agent has an entry after a position, or when the log is closed.</summary>
    public Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _visible > after ? Task.CompletedTask : _grown.Task.WaitAsync(cancellationToken);
        }
    }

    public bool HasEntryAfter(long after)
    {
        lock (_gate)
        {
            return _visible > after;
        }
    }

    public void ReportRead(long position)
    {
        lock (_gate)
        {
            _seen = Math.Max(_seen, position);
            EvictOverflow();
        }
    }

    public ReplayStatistics GetStatistics()
    {
        lock (_gate)
        {
            return new ReplayStatistics
            {
                Rows = _index.Rows,
                Episodes = _index.Episodes,
                LastPosition = _visible,
                Inserted = _index.Inserted,
                Evicted = _index.Evicted,
            };
        }
    }

    /// <summary>Erases a conversation; when it completes, its rows' bytes have left the disk.</summary>
    public async Task<ReplayErasure> EraseAsync(string conversation)
    {
        ReplayErasure erasure;
        long last;
        Task durable;
        lock (_gate)
        {
            if (_index.FindErased(conversation) is { } known)
            {
                erasure = known;
            }
            else
            {
                erasure = Describe(conversation);
                ReplayLogRecord.WriteErased(_writer, _index.LastPosition + 1, conversation, erasure);
                _index.Erase(conversation, _index.LastPosition + 1, erasure, _log.Append(_writer.Written).Address);
            }

            (last, durable) = (_index.LastPosition, _log.Flushed);
        }

        await durable;
        Show(last);
        await CleanAsync(_log.ActiveSegment);
        return erasure;
    }

    public async ValueTask DisposeAsync()
    {
        await StopCleaningAsync();
        await _log.DisposeAsync();
        lock (_gate)
        {
            _grown.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long Put(ReplayRow row)
    {
        var position = _index.LastPosition + 1;
        var first = _index.FindEpisode(row.Key.Conversation)?.FirstPosition ?? position;
        ReplayLogRecord.WriteRow(_writer, position, first, row);
        _index.AddRow(row.Key, position, first, _log.Append(_writer.Written).Address);
        return position;
    }

    private ReplayErasure Describe(string conversation) =>
        _index.FindEpisode(conversation) is { } episode
            ? new ReplayErasure(episode.Turns.Count, episode.FirstPosition, episode.LastPosition)
            : _index.FindEvicted(conversation) is { } evicted
                ? new ReplayErasure(0, evicted.FirstPosition, evicted.LastPosition)
                : default;

    /// <summary>The newest episode always stays: the entry at the last position is there for whoever waits for it.</summary>
    private void EvictOverflow()
    {
        long capacity = _options.Replay.CapacityRows;
        while (_index.Rows > capacity && _index.Episodes > 1
            && _index.Oldest is { } oldest && (oldest.LastPosition <= _seen || _index.Rows > 2 * capacity))
        {
            var remembered = new EvictedEpisode(oldest.FirstPosition, oldest.LastPosition);
            ReplayLogRecord.WriteEvicted(_writer, oldest.Conversation, remembered);
            _log.Append(_writer.Written);
            _index.Evict(oldest.Conversation, remembered);
        }
    }

    private void Show(long position)
    {
        TaskCompletionSource? grown = null;
        lock (_gate)
        {
            if (position > _visible)
            {
                (_visible, grown, _grown) = (position, _grown, NewSignal());
                _index.Settle(position);
            }
        }

        grown?.SetResult();
    }

    private List<ReplayEntry> Load(List<IndexedEntry> found)
    {
        var entries = new List<ReplayEntry>(found.Count);
        foreach (var entry in found)
        {
            if (TryLoad(entry, out var record))
            {
                entries.Add(ReplayLogRecord.ReadEntry(record.Span));
            }
        }

        return entries;
    }

    private bool TryLoad(IndexedEntry entry, out ReadOnlyMemory<byte> record)
    {
        while (true)
        {
            LogAddress address;
            lock (_gate)
            {
                if (entry.Gone)
                {
                    record = default;
                    return false;
                }

                address = entry.Address;
            }

            // False: a clean-up has moved the record since; its new address is in the index.
            if (_log.TryRead(address, out record))
            {
                return true;
            }
        }
    }
}
