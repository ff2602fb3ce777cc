namespace Archer.Embedded.Storage;

/// <summary>Settings of <see cref="RedisGrainStorage"/>.</summary>
public sealed class RedisGrainStorageOptions
{
    /// <summary>
    /// Connection string of StackExchange.Redis, such as <c>localhost:6379</c>. Empty takes the connection registered as
    /// <see cref="StackExchange.Redis.IConnectionMultiplexer"/>. Default empty. The server decides what survives: run it with
    /// <c>appendonly yes</c> and <c>appendfsync always</c> for writes that survive a power cut.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Begins every key. Default <c>archer:state:</c>.</summary>
    public string KeyPrefix { get; set; } = "archer:state:";

    /// <summary>How states become bytes. Default JSON.</summary>
    public IStateSerializer Serializer { get; set; } = new JsonStateSerializer();
}
