using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Archer.Embedded.Storage;

/// <summary>
/// States in a log: versions are checked in memory, bytes stay on disk. Nothing in here goes on on its caller's scheduler: a grain that is
/// busy keeps nobody else from its key.
/// </summary>
internal sealed partial class StateLog : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly StateIndex _index = new();
    private readonly LocalGrainStorageOptions _options;
    private readonly ILogger _logger;
    private readonly SegmentedLog _log;

    public StateLog(LocalGrainStorageOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _log = SegmentedLog.Open(options.ForLog(), _index.Load, logger);
    }

    /// <summary>Puts the state's bytes behind the record's head.</summary>
    public delegate void StateWriter(IBufferWriter<byte> target);

    /// <summary>Set when a write failed: the log must be opened again.</summary>
    public LogFailedException? Failure => _log.Failure;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _index.Count;
            }
        }
    }

    /// <summary>Bytes on disk.</summary>
    public long Length => _log.Length;

    /// <summary>
    /// Writes a version behind the expected one, or clears the state when <paramref name="write"/> is null. Returns the versions: stored is the
    /// one that was found, which is another than expected when nothing was written.
    /// </summary>
    public async Task<(long? Stored, long Version)> WriteAsync(StateKey key, long? expected, StateWriter? write)
    {
        await TakeAsync(key.Hash).ConfigureAwait(false);
        try
        {
            long? stored;
            long version;
            lock (_gate)
            {
                stored = _index.Find(key.Hash)?.Version;
                version = _index.NextVersion();
            }

            if (stored != expected || (stored is null && write is null))
            {
                return (stored, 0);
            }

            var append = Append(key, version, write);
            await append.Durable.ConfigureAwait(false);
            lock (_gate)
            {
                if (write is null)
                {
                    _index.Remove(key.Hash);
                }
                else
                {
                    _index.Set(key.Hash, new StateEntry(version, append.Address));
                }
            }

            return (stored, version);
        }
        finally
        {
            Release(key.Hash);
            StartCleaningWhenWorthwhile();
        }
    }

    /// <summary>The record of a state; empty when there is none.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(StateKey key)
    {
        StateEntry? missed = null;
        while (true)
        {
            Task? holder;
            StateEntry? entry;
            lock (_gate)
            {
                holder = _index.FindHolder(key.Hash);
                entry = _index.Find(key.Hash);
            }

            if (holder is not null)
            {
                await holder.ConfigureAwait(false);
            }
            else if (entry is null)
            {
                return default;
            }
            else if (_log.TryRead(entry.Value.Address, out var record))
            {
                return record;
            }
            else if (entry == missed)
            {
                throw new InvalidOperationException($"The record of a state is gone though the index has it at {entry.Value.Address}.");
            }
            else
            {
                // A clean-up has moved it in between.
                missed = entry;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopCleaningAsync().ConfigureAwait(false);
        await _log.DisposeAsync().ConfigureAwait(false);
    }

    private LogAppend Append(StateKey key, long version, StateWriter? write)
    {
        var buffer = StateBuffer.Rent();
        StateRecord.Begin(buffer, key, version, isCleared: write is null);
        write?.Invoke(buffer);
        return _log.Append(buffer.WrittenSpan);
    }

    private async ValueTask TakeAsync(UInt128 key)
    {
        while (true)
        {
            Task? holder;
            lock (_gate)
            {
                holder = _index.TryTake(key);
            }

            if (holder is null)
            {
                return;
            }

            await holder.ConfigureAwait(false);
        }
    }

    private void Release(UInt128 key)
    {
        lock (_gate)
        {
            _index.Release(key);
        }
    }
}
