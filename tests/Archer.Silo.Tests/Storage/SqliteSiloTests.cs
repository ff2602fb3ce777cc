using Archer.Grains.Storage;
using Archer.Replay;
using Archer.Replay.Sqlite;
using Archer.Silo.Storage;
using Archer.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Archer.Silo.Tests.Storage;

/// <summary>The database inside a real silo.</summary>
public sealed class SqliteSiloTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Grains_AfterARestart_HaveStateAndReminders()
    {
        await using (var silo = await StartAsync())
        {
            await silo.Client.GetGrain<INoteGrain>("a").WriteAsync("hello");
            await silo.Client.GetGrain<INoteGrain>("a").RemindAsync();
            await silo.Client.GetGrain<INoteGrain>("b").WriteAsync("gone");
            await silo.Client.GetGrain<INoteGrain>("b").ClearAsync();
        }

        await using var again = await StartAsync();
        Assert.Equal("hello", await again.Client.GetGrain<INoteGrain>("a").ReadAsync());
        Assert.True(await again.Client.GetGrain<INoteGrain>("a").HasReminderAsync());
        Assert.Equal("", await again.Client.GetGrain<INoteGrain>("b").ReadAsync());
        Assert.False(await again.Client.GetGrain<INoteGrain>("b").HasReminderAsync());
    }

    [Fact]
    public async Task Services_OfTheSilo_ShareOneDatabase()
    {
        await using var silo = await StartAsync();
        var services = ((InProcessSiloHandle)silo.Silos[0]).ServiceProvider;

        Assert.IsType<SqliteReplayStore>(services.GetRequiredService<IReplayStore>());
        Assert.IsType<SqliteReminderTable>(services.GetRequiredService<IReminderTable>());
        await services.GetRequiredService<IStateCleaning>().CleanAsync(CancellationToken.None);
        Assert.Single(Directory.GetFiles(_directory.Path, "*.db"));
    }

    private async Task<InProcessTestCluster> StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddSqlite(_directory.Path).AddSqliteGrainStorage("archer").UseSqliteReminderService());
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
