using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.State;

/// <summary>Grain storage in memory. Keeps JSON, as storages on disk do, so that a state which cannot be written fails here too.</summary>
/// <param name="name">Name of the storage, for messages.</param>
internal sealed class MemoryGrainStorage(string name) : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, GrainId Grain), Stored> _states = new();
    private long _lastVersion;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_states.TryGetValue((stateName, grainId), out var stored))
        {
            grainState.State = JsonSerializer.Deserialize<T>(stored.Json)!;
            grainState.ETag = stored.ETag;
            grainState.RecordExists = true;
        }
        else
        {
            Reset(grainState);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        var written = new Stored(JsonSerializer.SerializeToUtf8Bytes(grainState.State), NextETag());
        var done = _states.TryGetValue(key, out var current)
            ? current.ETag == grainState.ETag && _states.TryUpdate(key, written, current)
            : grainState.ETag is null && _states.TryAdd(key, written);
        if (!done)
        {
            throw Conflict("write", key, grainState.ETag);
        }

        grainState.ETag = written.ETag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        var done = _states.TryGetValue(key, out var current)
            ? current.ETag == grainState.ETag && _states.TryRemove(KeyValuePair.Create(key, current))
            : grainState.ETag is null;
        if (!done)
        {
            throw Conflict("clear", key, grainState.ETag);
        }

        Reset(grainState);
        return Task.CompletedTask;
    }

    private static void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private string NextETag() => Interlocked.Increment(ref _lastVersion).ToString(CultureInfo.InvariantCulture);

    private InconsistentStateException Conflict(string action, (string State, GrainId Grain) key, string? expected)
    {
        var actual = _states.TryGetValue(key, out var current) ? current.ETag : "none";
        return new InconsistentStateException(
            $"Tried to {action} state \"{key.State}\" of grain {key.Grain} in storage \"{name}\": "
            + $"expected version {expected ?? "none"}, found {actual}. Somebody else wrote it; read it again.",
            actual,
            expected ?? "none");
    }

    private sealed record Stored(byte[] Json, string ETag);
}
