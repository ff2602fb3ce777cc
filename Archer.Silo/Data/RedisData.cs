using StackExchange.Redis;

namespace Archer.Silo.Data;

/// <summary>The Redis server that keeps state and replay.</summary>
internal static class RedisData
{
    private const string Keys = "archer:*";

    /// <summary>Connects; a server that is not there yet is no reason not to start.</summary>
    /// <param name="connection">StackExchange.Redis connection string.</param>
    /// <param name="fresh">Removes what the platform made there, and nothing else.</param>
    public static ConnectionMultiplexer Connect(string connection, bool fresh)
    {
        var options = ConfigurationOptions.Parse(connection);
        options.AbortOnConnectFail = false;
        var redis = ConnectionMultiplexer.Connect(options);
        if (fresh)
        {
            Clear(redis);
        }

        return redis;
    }

    private static void Clear(ConnectionMultiplexer redis)
    {
        var database = redis.GetDatabase();
        foreach (var endPoint in redis.GetEndPoints())
        {
            foreach (var key in redis.GetServer(endPoint).Keys(database.Database, Keys))
            {
                database.KeyDelete(key);
            }
        }
    }
}
