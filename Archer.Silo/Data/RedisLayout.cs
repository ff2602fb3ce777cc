using StackExchange.Redis;

namespace Archer.Silo.Data;

/// <summary>
/// The key that says how the platform's data in Redis is laid out and which data it is: made with the first use, gone when somebody empties the server.
/// </summary>
internal sealed class RedisLayout(IConnectionMultiplexer redis)
{
    private const string Key = "archer:layout";
    private const string Version = "2";

    /// <summary>The former version's state; its rows have the names that rows have now.</summary>
    private const string FormerKeys = "archer:state:*";

    private string _own = "";

    /// <summary>Takes the data that is there, or marks an empty server as ours.</summary>
    /// <exception cref="RedisException">The server cannot be used.</exception>
    /// <exception cref="RedisLayoutException">The data there is of another version.</exception>
    public void Take()
    {
        var database = redis.GetDatabase();
        database.Ping();
        var marker = (string?)database.StringGet(Key);
        if (marker is null)
        {
            RefuseFormerData();
            database.StringSet(Key, $"{Version} {Guid.NewGuid():N}", when: When.NotExists);
            marker = (string?)database.StringGet(Key) ?? throw new RedisLayoutException("Redis forgets what is written: its marker was gone at once.");
        }

        if (marker.Split(' ')[0] != Version)
        {
            throw Refusal($"Redis holds data of another version (layout {marker.Split(' ')[0]}, expected {Version})");
        }

        _own = marker;
    }

    /// <summary>What happened to the data since it was taken; null when it is there.</summary>
    /// <exception cref="RedisException">The server cannot be used.</exception>
    public async Task<string?> FindLossAsync() => (string?)await redis.GetDatabase().StringGetAsync(Key) switch
    {
        { } marker when marker == _own => null,
        null => "Redis was emptied: conversations, replay rows and the cluster's members are gone. Restore a backup, or start again with no data.",
        _ => "Redis holds other data than this silo began with: it was emptied or replaced. Start again to go on with what is there.",
    };

    private void RefuseFormerData()
    {
        var database = redis.GetDatabase().Database;
        var servers = redis.GetEndPoints().Select(endPoint => redis.GetServer(endPoint)).Where(server => server is { IsConnected: true, IsReplica: false });
        if (servers.SelectMany(server => server.Keys(database, FormerKeys).Take(1)).Any())
        {
            throw Refusal($"Redis holds data of a former version (keys {FormerKeys})");
        }
    }

    private static RedisLayoutException Refusal(string reason) => new(
        $"Archer: {reason}, which this version does not read: name an empty database with --Archer:Redis, or start one silo with --fresh, which removes that data.");
}
