using Archer.Embedded.Storage;

namespace Archer.Client.Replay;

internal sealed partial class AgentReplayLog
{
    private readonly SemaphoreSlim _cleaning = new(1, 1);
    private Task _background = Task.CompletedTask;

    /// <summary>Half of the log being garbage is worth a clean-up: each byte kept is then copied at most once for each byte appended.</summary>
    private void StartCleaningWhenWorthwhile()
    {
        lock (_gate)
        {
            var garbage = _log.Length - _index.LiveBytes;
            if (_background.IsCompleted && _log.OldestSegment < _log.ActiveSegment
                && garbage > Math.Max(_options.SegmentBytes, _index.LiveBytes))
            {
                _background = Task.Run(CleanInBackgroundAsync);
            }
        }
    }

    private async Task CleanInBackgroundAsync()
    {
        try
        {
            await CleanAsync(_log.OldestSegment);
        }
        catch (Exception e) when (e is IOException or LogCorruptException or ObjectDisposedException)
        {
            LogCleaningFailed(_logger, _agent, e);
        }
    }

    /// <summary>Copies what is live in the segments up to a number to the end of the log and deletes them.</summary>
    private async Task CleanAsync(int throughSegment)
    {
        await _cleaning.WaitAsync();
        try
        {
            if (throughSegment >= _log.ActiveSegment && _log.OldestSegment <= throughSegment)
            {
                await _log.RollAsync();
            }

            while (_log.OldestSegment <= throughSegment)
            {
                await CleanOldestAsync(_log.OldestSegment);
            }
        }
        finally
        {
            _cleaning.Release();
        }
    }

    private async Task CleanOldestAsync(int segment)
    {
        var moves = new List<(IndexedEntry Entry, LogAddress Address)>();
        _log.ReadSegment(segment, (address, record) =>
        {
            lock (_gate)
            {
                if (ReplayLogLoader.IsLive(_index, address, record, out var entry))
                {
                    var copy = _log.Append(record);
                    if (entry is not null)
                    {
                        moves.Add((entry, copy.Address));
                    }
                }
            }
        });

        Task durable;
        lock (_gate)
        {
            ReplayLogRecord.WriteCounters(_writer, _index);
            durable = _log.Append(_writer.Written).Durable;
        }

        await durable;
        lock (_gate)
        {
            moves.ForEach(move => _index.Move(move.Entry, move.Address));
        }

        _log.DeleteOldest(segment);
    }

    private async Task StopCleaningAsync()
    {
        Task background;
        lock (_gate)
        {
            background = _background;
        }

        await background;
    }
}
