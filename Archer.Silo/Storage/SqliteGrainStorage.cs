using System.Runtime.InteropServices;
using Archer.Client;
using Archer.Replay.Sqlite;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Archer.Silo.Storage;

/// <summary>
/// Grain state in the one-machine database. A write is on the disk when it returns; a burst of turns shares a commit.
/// The etag is the version of the row; a cleared state leaves nothing behind, and its etags never fit again.
/// A full or failing disk is a <see cref="StorageUnavailableException"/>; damage is not, since trying again mends nothing.
/// </summary>
internal sealed class SqliteGrainStorage(
    string name, SqliteDatabase database, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly SqliteStateTable _states = new(database);

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Guard(() => _states.Read(stateName, KeyOf(grainId))) is { } stored)
        {
            grainState.State = serializer.Deserialize<T>(new BinaryData(stored.Data));
            grainState.ETag = stored.Tag.ToString();
            grainState.RecordExists = true;
        }
        else
        {
            Reset(grainState);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Somebody else wrote the state; read it again.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var data = BytesOf(serializer.Serialize(grainState.State));
        var end = SqliteRetainedStates.EndOf(grainState.State);
        var change = await GuardAsync(() => _states.WriteAsync(stateName, KeyOf(grainId), TagOf(grainState.ETag), data, end));
        if (!change.Done)
        {
            throw Conflict("write", stateName, grainId, grainState.ETag, change.Tag);
        }

        grainState.ETag = change.Tag.ToString();
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">Somebody else wrote the state; read it again.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var change = await GuardAsync(() => _states.ClearAsync(stateName, KeyOf(grainId), TagOf(grainState.ETag)));
        if (!change.Done)
        {
            throw Conflict("clear", stateName, grainId, grainState.ETag, change.Tag);
        }

        Reset(grainState);
    }

    private static string KeyOf(GrainId grain) => grain.ToString();

    private static StateTag? TagOf(string? etag) => string.IsNullOrEmpty(etag) ? null : StateTag.Parse(etag);

    private static byte[] BytesOf(BinaryData data) =>
        MemoryMarshal.TryGetArray(data.ToMemory(), out var part) && part.Array is { } whole && part.Count == whole.Length ? whole : data.ToArray();

    private static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (StorageException e) when (e is not StorageDamagedException)
        {
            throw new StorageUnavailableException(e.Message, RetryAfter, e);
        }
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (StorageException e) when (e is not StorageDamagedException)
        {
            throw new StorageUnavailableException(e.Message, RetryAfter, e);
        }
    }

    private void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private InconsistentStateException Conflict(string action, string stateName, GrainId grainId, string? etag, StateTag? stored) => new(
        $"Tried to {action} state \"{stateName}\" of grain {grainId} in storage \"{name}\": "
        + $"expected version {etag ?? "none"}, found {stored?.ToString() ?? "none"}. Another activation wrote it; read it again.",
        stored?.ToString() ?? "none",
        etag ?? "none");
}
