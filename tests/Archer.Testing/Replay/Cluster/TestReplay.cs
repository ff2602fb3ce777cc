using Archer.Client.Replay;
using Archer.Testing.Redis;
using StackExchange.Redis;

namespace Archer.Testing.Replay;

/// <summary>The cluster stack's real replay store, on a redis-server of its own.</summary>
public sealed class TestReplay : IAsyncDisposable
{
    private readonly RedisServer _server;
    private readonly ConnectionMultiplexer _connection;

    private TestReplay(RedisServer server, ConnectionMultiplexer connection, ReplayOptions options)
    {
        (_server, _connection) = (server, connection);
        Store = new RedisReplayStore(connection, options);
    }

    /// <summary>The store.</summary>
    public IReplayStore Store { get; }

    /// <summary>Opens an empty store.</summary>
    /// <exception cref="InvalidOperationException">There is no redis-server on PATH.</exception>
    public static async Task<TestReplay> StartAsync(ReplayOptions? options = null)
    {
        var server = await RedisServer.StartAsync();
        return new TestReplay(server, await server.ConnectAsync(), options ?? new ReplayOptions());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync();
        _connection.Dispose();
        await _server.DisposeAsync();
    }
}
