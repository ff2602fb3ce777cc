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
        await _cleaning.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_log.OldestSegment <= last && last >= _log.ActiveSegment)
            {
                await _log.RollAsync().ConfigureAwait(false);
            }

            while (_log.OldestSegment <= last)
            {
                await CleanOldestAsync(_log.OldestSegment).ConfigureAwait(false);
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
        await _cleaning.WaitAsync().ConfigureAwait(false);
        try
        {
            while (ShouldGoOn())
            {
                await CleanOldestAsync(_log.OldestSegment).ConfigureAwait(false);
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

            await MoveAsync(live.GetRange(first, i - first)).ConfigureAwait(false);
        }

        _log.DeleteOldest(segment);
    }

    private List<LiveRecord> FindLive(int segment)
    {
        var live = new List<LiveRecord>();
        _log.ReadSegment(segment, (address, bytes) =>
        {
            var record = StateRecord.Parse(bytes);
            var found = new LiveRecord(StateKey.HashOf(record.Key), address, record.Version);
            lock (_gate)
            {
                // What a write under way replaces counts as live here, and so does what it wrote: the move waits for it.
                if (!record.IsCleared && _index.MayBeLive(found.Key, found.Address, found.Version))
                {
                    live.Add(found);
                }
            }
        });
        return live;
    }

    private async Task MoveAsync(List<LiveRecord> records)
    {
        var taken = new List<UInt128>(records.Count);
        var moved = new List<(UInt128 Key, StateEntry Entry)>(records.Count);
        try
        {
            foreach (var live in records)
            {
                if (await TryTakeAsync(live).ConfigureAwait(false))
                {
                    taken.Add(live.Key);
                    if (_log.TryRead(live.Address, out var record))
                    {
                        moved.Add((live.Key, new StateEntry(live.Version, _log.Append(record.Span).Address)));
                    }
                }
            }

            await _log.Flushed.ConfigureAwait(false);
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

    /// <summary>Takes a key unless its record is outdated. A grain that writes all the time never lets a waiter in, but outdates the record.</summary>
    private async ValueTask<bool> TryTakeAsync(LiveRecord live)
    {
        while (true)
        {
            Task? holder;
            lock (_gate)
            {
                if (!_index.MayBeLive(live.Key, live.Address, live.Version))
                {
                    return false;
                }

                holder = _index.TryTake(live.Key);
                if (holder is null)
                {
                    return true;
                }
            }

            await holder.ConfigureAwait(false);
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

        await background.ConfigureAwait(false);
    }

    /// <summary>A record that a clean-up keeps unless it is outdated by then.</summary>
    private readonly record struct LiveRecord(UInt128 Key, LogAddress Address, long Version);
}
