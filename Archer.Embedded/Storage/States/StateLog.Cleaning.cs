namespace Archer.Embedded.Storage;

internal sealed partial class StateLog
{
    /// <summary>Bytes that one step of a clean-up copies: writers of these states wait for it.</summary>
    private const int StepBytes = 1 << 20;

    private readonly SemaphoreSlim _cleaning = new(1, 1);
    private Task _background = Task.CompletedTask;
    private bool _stopping;

    /// <summary>Rewrites the log without what is outdated. A clean-up also runs by itself when the garbage exceeds its share.</summary>
    public async Task CleanAsync()
    {
        // Everything that the caller wants gone lies in these segments; a clean-up that others wait for may do for this call too.
        var last = _log.ActiveSegment;
        await _cleaning.WaitAsync();
        try
        {
            if (_log.OldestSegment <= last && last >= _log.ActiveSegment)
            {
                await _log.RollAsync();
            }

            while (_log.OldestSegment <= last)
            {
                await CleanOldestAsync(_log.OldestSegment);
            }
        }
        finally
        {
            _cleaning.Release();
        }
    }

    private void StartCleaningWhenWorthwhile()
    {
        lock (_gate)
        {
            if (_background.IsCompleted && IsWorthwhile())
            {
                _background = Task.Run(CleanInBackgroundAsync);
            }
        }
    }

    private bool IsWorthwhile()
    {
        var length = _log.Length;
        var garbage = length - _index.LiveBytes;
        return garbage > _options.SegmentBytes && garbage > length * _options.GarbageShare && _log.OldestSegment < _log.ActiveSegment;
    }

    private async Task CleanInBackgroundAsync()
    {
        await _cleaning.WaitAsync();
        try
        {
            while (ShouldGoOn())
            {
                await CleanOldestAsync(_log.OldestSegment);
            }
        }
        catch (Exception e) when (e is IOException or LogCorruptException or ObjectDisposedException)
        {
            LogCleaningFailed(_logger, _options.Directory, e);
        }
        finally
        {
            _cleaning.Release();
        }

        bool ShouldGoOn()
        {
            lock (_gate)
            {
                return !_stopping && IsWorthwhile();
            }
        }
    }

    /// <summary>Copies the live records of the oldest segment to the end and deletes it; clearings need no copy, nothing older is left.</summary>
    private async Task CleanOldestAsync(int segment)
    {
        var live = FindLive(segment);
        for (var i = 0; i < live.Count;)
        {
            var (first, bytes) = (i, 0);
            for (; i < live.Count && bytes < StepBytes; i++)
            {
                bytes += live[i].Address.RecordBytes;
            }

            await MoveAsync(live.GetRange(first, i - first));
        }

        _log.DeleteOldest(segment);
    }

    private List<(UInt128 Key, LogAddress Address)> FindLive(int segment)
    {
        var live = new List<(UInt128, LogAddress)>();
        _log.ReadSegment(segment, (address, bytes) =>
        {
            var record = StateRecord.Parse(bytes);
            var key = StateKey.HashOf(record.Key);
            lock (_gate)
            {
                // A write under way is not in the index yet: what it replaces counts as live here, and the move waits for it.
                if (!record.IsCleared && _index.Find(key)?.Address == address)
                {
                    live.Add((key, address));
                }
            }
        });
        return live;
    }

    private async Task MoveAsync(List<(UInt128 Key, LogAddress Address)> records)
    {
        var taken = new List<UInt128>(records.Count);
        var moved = new List<(UInt128 Key, StateEntry Entry)>(records.Count);
        try
        {
            foreach (var (key, address) in records)
            {
                if (await TryTakeLiveAsync(key, address) is { } entry)
                {
                    taken.Add(key);
                    if (_log.TryRead(address, out var record))
                    {
                        moved.Add((key, entry with { Address = _log.Append(record.Span).Address }));
                    }
                }
            }

            await _log.Flushed;
            lock (_gate)
            {
                moved.ForEach(move => _index.Set(move.Key, move.Entry));
            }
        }
        finally
        {
            taken.ForEach(Release);
        }
    }

    /// <summary>Takes a key unless its record is no longer live. A grain that writes all the time never lets a waiter in, but outdates the record.</summary>
    private async ValueTask<StateEntry?> TryTakeLiveAsync(UInt128 key, LogAddress address)
    {
        while (true)
        {
            Task? holder;
            lock (_gate)
            {
                if (_index.Find(key) is not { } entry || entry.Address != address)
                {
                    return null;
                }

                holder = _index.TryTake(key);
                if (holder is null)
                {
                    return entry;
                }
            }

            await holder;
        }
    }

    private async Task StopCleaningAsync()
    {
        Task background;
        lock (_gate)
        {
            _stopping = true;
            background = _background;
        }

        await background;
    }
}
