using System.Buffers;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using StackExchange.Redis;

namespace Archer.Embedded.Storage;

/// <summary>Grain storage in Redis: a hash for each state, with its version and bytes; a script compares and sets.</summary>
/// <param name="name">Name of the storage, for messages.</param>
/// <param name="connection">Connection to the server; reconnects by itself.</param>
/// <param name="options">Settings.</param>
public sealed class RedisGrainStorage(string name, IConnectionMultiplexer connection, RedisGrainStorageOptions options) : IGrainStorage
{
    private const string WriteScript =
        """
        local stored = redis.call('HGET', KEYS[1], 'version') or ''
        if stored == ARGV[1] then
            redis.call('HSET', KEYS[1], 'version', ARGV[2], 'state', ARGV[3])
        end
        return stored
        """;

    private const string ClearScript =
        """
        local stored = redis.call('HGET', KEYS[1], 'version') or ''
        if stored == ARGV[1] then
            redis.call('DEL', KEYS[1])
        end
        return stored
        """;

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var fields = await AttemptAsync("read", stateName, grainId, database =>
            database.HashGetAsync(KeyOf(stateName, grainId), ["version", "state"]));
        if (fields[0].IsNull)
        {
            GrainStateVersions.Reset(grainState);
            return;
        }

        grainState.State = options.Serializer.Deserialize<T>((byte[])fields[1]!);
        grainState.ETag = fields[0];
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The server did not confirm; whether the state was written is unknown until it is read again.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        options.Serializer.Serialize(grainState.State, buffer);
        var version = Guid.NewGuid().ToString("N");
        await CompareAndSetAsync(
            "write", WriteScript, stateName, grainId, grainState.ETag, version, buffer.WrittenSpan.ToArray());
        grainState.ETag = version;
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The server did not confirm; whether the state was cleared is unknown until it is read again.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await CompareAndSetAsync("clear", ClearScript, stateName, grainId, grainState.ETag);
        GrainStateVersions.Reset(grainState);
    }

    private RedisKey KeyOf(string stateName, GrainId grainId) => $"{options.KeyPrefix}{stateName}:{grainId}";

    private async Task CompareAndSetAsync(
        string action, string script, string stateName, GrainId grainId, string? expected, params RedisValue[] values)
    {
        var result = await AttemptAsync(action, stateName, grainId, database =>
            database.ScriptEvaluateAsync(script, [KeyOf(stateName, grainId)], [expected ?? "", .. values]));
        var stored = (string?)result ?? "";
        if (stored != (expected ?? ""))
        {
            throw GrainStateVersions.Conflict(action, name, stateName, grainId, expected, stored.Length == 0 ? null : stored);
        }
    }

    private async Task<T> AttemptAsync<T>(string action, string stateName, GrainId grainId, Func<IDatabase, Task<T>> attempt)
    {
        var database = connection.GetDatabase();
        try
        {
            return await attempt(database);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server restarted and forgot its scripts; the failure made the client forget that it had sent them.
            return await attempt(database);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new IOException(
                $"Tried to {action} state \"{stateName}\" of grain {grainId} in Redis storage \"{name}\": {e.Message}", e);
        }
    }
}
