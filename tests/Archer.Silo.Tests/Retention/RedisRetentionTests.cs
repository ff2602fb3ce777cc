using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Archer.Grains.Retention;
using Archer.Silo.Composition;
using Archer.Silo.Storage;
using Archer.Testing.Contracts;
using Archer.Testing.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Archer.Silo.Tests.Retention;

/// <summary>Expiry in a real redis-server.</summary>
[NeedsRedis]
public sealed class RedisRetentionTests : RetentionContract
{
    [RedisFact]
    public async Task Find_NoteOfAStateThatIsNotThere_IsDropped()
    {
        await using var platform = await StartAsync(("Archer:Retention:Simulated", ""));
        var states = platform.Services.GetRequiredService<RedisRetainedStates>();
        await states.NoteAsync(GrainId.Create("conversation", "lost"), new StateEnd(RetentionKind.Simulated, DateTimeOffset.UnixEpoch, null));

        Assert.Empty(await states.FindAsync(RetentionKind.Simulated, TimeProvider.System.GetUtcNow(), skip: 0, maximum: 10, CancellationToken.None));

        var redis = platform.Services.GetRequiredService<StackExchange.Redis.IConnectionMultiplexer>();
        Assert.Equal(0, await redis.GetDatabase().SortedSetLengthAsync("archer/ended/simulated"));
    }

    [RedisFact]
    public async Task Find_NoteOfAMomentAgo_StaysForItsState()
    {
        await using var platform = await StartAsync(("Archer:Retention:Simulated", ""));
        var states = platform.Services.GetRequiredService<RedisRetainedStates>();
        var now = TimeProvider.System.GetUtcNow();
        await states.NoteAsync(GrainId.Create("conversation", "ending"), new StateEnd(RetentionKind.Simulated, now, null));

        Assert.Empty(await states.FindAsync(RetentionKind.Simulated, now, skip: 0, maximum: 10, CancellationToken.None));

        var redis = platform.Services.GetRequiredService<StackExchange.Redis.IConnectionMultiplexer>();
        Assert.Equal(1, await redis.GetDatabase().SortedSetLengthAsync("archer/ended/simulated"));
    }

    [RedisFact]
    public async Task Find_NoteOfAnOpenConversation_LeavesIt()
    {
        await using var platform = await StartAsync(("Archer:Retention:Simulated", ""));
        await platform.Conversation("open").StartAsync(new() { Agent = RetentionPlatform.Agent, Simulated = true });
        var states = platform.Services.GetRequiredService<RedisRetainedStates>();
        await states.NoteAsync(GrainId.Create("conversation", "open"), new StateEnd(RetentionKind.Simulated, DateTimeOffset.UnixEpoch, null));

        Assert.Empty(await states.FindAsync(RetentionKind.Simulated, TimeProvider.System.GetUtcNow(), skip: 0, maximum: 10, CancellationToken.None));

        Assert.Equal("open", (await platform.Conversation("open").ReadAsync()).Id);
    }

    private protected override async Task<RetentionPlatform> StartAsync(params (string Key, string Value)[] settings)
    {
        var server = await RedisServer.StartAsync();
        return await RetentionPlatform.StartAsync(
            (silo, configuration) => silo.UseCluster(configuration, server.ConnectionString, fresh: false),
            server.DisposeAsync,
            [.. settings, ("ORLEANS_SILO_PORT", FreePort()), ("ORLEANS_GATEWAY_PORT", FreePort())]);
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
