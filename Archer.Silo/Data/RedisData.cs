using StackExchange.Redis;

namespace Archer.Silo.Data;

/// <summary>The Redis server that keeps state and replay.</summary>
internal static class RedisData
{
    /// <summary>The replay buffer's keys, and those of the cluster's default name.</summary>
    private static readonly string[] Keys = ["archer:*", "archer/*"];

    /// <summary>Connects, now or as soon as the server is there.</summary>
    /// <param name="connection">StackExchange.Redis connection string.</param>
    /// <param name="fresh">Removes what the platform made there, and nothing else.</param>
    public static ConnectionMultiplexer Connect(string connection, bool fresh)
    {
        var redis = ConnectionMultiplexer.Connect(Parse(connection));
        if (fresh)
        {
            Clear(redis);
        }

        return redis;
    }

    /// <summary>Reads a connection string; a server that is not there yet is no reason not to start.</summary>
    public static ConfigurationOptions Parse(string connection)
    {
        var options = ConfigurationOptions.Parse(connection);
        options.AbortOnConnectFail = false;
        return options;
    }

    /// <summary>Whether a text can be read as a connection string.</summary>
    public static bool IsConnection(string connection)
    {
        try
        {
            return Parse(connection).EndPoints.Count > 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static void Clear(ConnectionMultiplexer redis)
    {
        var database = redis.GetDatabase();
        foreach (var endPoint in redis.GetEndPoints())
        {
            foreach (var key in Keys.SelectMany(pattern => redis.GetServer(endPoint).Keys(database.Database, pattern)))
            {
                database.KeyDelete(key);
            }
        }
    }
}
