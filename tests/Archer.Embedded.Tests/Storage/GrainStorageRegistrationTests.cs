using Archer.Testing;
using Archer.Testing.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Tests.Storage;

public sealed class GrainStorageRegistrationTests
{
    private static readonly GrainId Grain = GrainId.Create("conversation", "1");

    [Fact]
    public async Task AddLocalGrainStorage_InTwoHostsAfterEachOther_SharesTheStates()
    {
        using var directory = new TemporaryDirectory();
        for (var life = 0; life < 2; life++)
        {
            using var host = Build(silo => silo.AddLocalGrainStorage("states", options => options.Directory = directory.Path));
            await CountUpAsync(host, expected: life);
        }
    }

    [Fact]
    public void AddLocalGrainStorage_WithWrongOptions_FailsAtOnce()
    {
        var error = Assert.Throws<ArgumentException>(() => Build(silo => silo.AddLocalGrainStorageAsDefault(_ => { })));

        Assert.Equal("Grain storage \"Default\": Directory is empty, expected a path. (Parameter 'configure')", error.Message);
    }

    [RedisFact]
    public async Task AddRedisGrainStorage_InTwoHostsAfterEachOther_SharesTheStates()
    {
        await using var server = await RedisServer.StartAsync();
        for (var life = 0; life < 2; life++)
        {
            using var host = Build(silo => silo.AddRedisGrainStorage("states", options => options.ConnectionString = server.ConnectionString));
            await CountUpAsync(host, expected: life);
        }
    }

    private static IHost Build(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(configure);
        return builder.Build();
    }

    private static async Task CountUpAsync(IHost host, int expected)
    {
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>("states");
        var state = new GrainState<Notes>();
        await storage.ReadStateAsync("notes", Grain, state);
        Assert.Equal(expected, state.State.Count);
        state.State = new Notes { Count = expected + 1 };
        await storage.WriteStateAsync("notes", Grain, state);
    }
}
