using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Storage;

/// <summary>
/// Grain storage in a crash-safe log of one machine. A write that has returned survives any crash; writes of many grains share an fsync.
/// Memory holds an index, states are read from disk. One process at a time has the directory open.
/// </summary>
public sealed class LocalGrainStorage : IGrainStorage, IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly LocalGrainStorageOptions _options;
    private readonly string _name;
    private readonly ILogger _logger;
    private StateLog _log;
    private bool _closed;

    /// <summary>Opens the log and reads it once to build the index.</summary>
    /// <param name="name">Name of the storage, for messages.</param>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Told of torn tails and failed clean-ups.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    /// <exception cref="LogCorruptException">The log is damaged other than by a torn tail.</exception>
    public LocalGrainStorage(string name, LocalGrainStorageOptions options, ILogger<LocalGrainStorage>? logger = null)
    {
        var problems = options.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        (_name, _options, _logger) = (name, options, logger ?? NullLogger<LocalGrainStorage>.Instance);
        _log = new StateLog(options, _logger);
    }

    /// <summary>States held.</summary>
    public int Count => _log.Count;

    /// <summary>Bytes on disk.</summary>
    public long Length => _log.Length;

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = new StateKey(stateName, grainId);
        var log = await GetLogAsync();
        var bytes = await log.ReadAsync(key);
        if (bytes.IsEmpty)
        {
            GrainStateVersions.Reset(grainState);
            return;
        }

        var record = StateRecord.Parse(bytes.Span);
        if (!record.Key.SequenceEqual(key.Bytes))
        {
            throw new InvalidDataException($"State \"{stateName}\" of grain {grainId} shares its 128-bit hash with another state.");
        }

        grainState.State = _options.Serializer.Deserialize<T>(record.State);
        grainState.ETag = GrainStateVersions.ETagOf(record.Version);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    /// <exception cref="LogFailedException">The disk failed; whether the state was written is unknown until it is read again.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var log = await GetLogAsync();
        var (stored, version) = await log.WriteAsync(
            new StateKey(stateName, grainId),
            GrainStateVersions.VersionOf(grainState.ETag),
            target => _options.Serializer.Serialize(grainState.State, target));
        if (version == 0)
        {
            throw Conflict("write", stateName, grainId, grainState.ETag, stored);
        }

        grainState.ETag = GrainStateVersions.ETagOf(version);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    /// <remarks>The bytes leave the disk with a clean-up; <see cref="CleanAsync"/> runs one at once.</remarks>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var log = await GetLogAsync();
        var expected = GrainStateVersions.VersionOf(grainState.ETag);
        var (stored, _) = await log.WriteAsync(new StateKey(stateName, grainId), expected, write: null);
        if (stored != expected)
        {
            throw Conflict("clear", stateName, grainId, grainState.ETag, stored);
        }

        GrainStateVersions.Reset(grainState);
    }

    /// <summary>Rewrites the log without what is outdated: when it returns, cleared states have left the disk.</summary>
    public async Task CleanAsync() => await (await GetLogAsync()).CleanAsync();

    /// <summary>Writes what is pending and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (!_closed)
            {
                _closed = true;
                await _log.DisposeAsync();
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    private async ValueTask<StateLog> GetLogAsync()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var log = _log;
        return log.Failure is null ? log : await ReopenAsync(log);
    }

    /// <summary>After a failed write only the disk knows what is stored.</summary>
    private async Task<StateLog> ReopenAsync(StateLog failed)
    {
        await _opening.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (ReferenceEquals(_log, failed))
            {
                await failed.DisposeAsync();
                _log = new StateLog(_options, _logger);
            }

            return _log;
        }
        finally
        {
            _opening.Release();
        }
    }

    private InconsistentStateException Conflict(string action, string stateName, GrainId grainId, string? etag, long? stored) =>
        GrainStateVersions.Conflict(
            action, _name, stateName, grainId, etag, stored is { } version ? GrainStateVersions.ETagOf(version) : null);
}
