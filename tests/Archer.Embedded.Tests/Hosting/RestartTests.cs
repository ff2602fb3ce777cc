using Archer.Embedded.Tests.Fixture;
using Archer.Embedded.Tests.Reminders;
using Archer.Embedded.Tests.State;
using Archer.Embedded.Tests.Streams;
using Archer.Testing;
using Orleans.Hosting;

namespace Archer.Embedded.Tests.Hosting;

/// <summary>What a silo with storage on disk knows after a restart.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task State_IsThereAfterARestart()
    {
        using var data = new TemporaryDirectory();
        await using (var first = await DurableCluster.StartAsync(data))
        {
            await first.Grains.GetGrain<IPurseGrain>("restarted").Put(3);
        }

        await using var second = await DurableCluster.StartAsync(data);

        Assert.Equal(3, (await second.Grains.GetGrain<IPurseGrain>("restarted").Look()).Coins);
    }

    [Fact]
    public async Task Reminder_TicksAfterARestart()
    {
        using var data = new TemporaryDirectory();
        await using (var first = await DurableCluster.StartAsync(data))
        {
            var grain = first.Grains.GetGrain<IReminderGrain>("durable");
            await grain.Set("r", TimeSpan.FromMilliseconds(600), TimeSpan.FromMilliseconds(600));
            await grain.Set("gone", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
            await grain.Remove("gone");
        }

        var before = ReminderGrain.TicksOf("durable", "r");
        await using var second = await DurableCluster.StartAsync(data);

        Assert.Equal(["r"], await second.Grains.GetGrain<IReminderGrain>("durable").Names());
        await Eventually.True(() => ReminderGrain.TicksOf("durable", "r") > before, "a tick after the restart");
    }

    [Fact]
    public async Task ExplicitSubscription_OutlivesTheSilo()
    {
        using var data = new TemporaryDirectory();
        await using (var first = await DurableCluster.StartAsync(data))
        {
            await first.Grains.GetGrain<IExplicitConsumerGrain>("restarted").Subscribe("explicit", "resumed");
        }

        await using var second = await DurableCluster.StartAsync(data);
        await second.Grains.GetGrain<IProducerGrain>("p").Produce("explicit", "resumed", "a");

        await Seen.Wait("restarted", 1);
        Assert.Equal(["resumed a"], Seen.Of("restarted"));
    }

    private sealed class DurableCluster(TemporaryDirectory data) : TestCluster, IAsyncDisposable
    {
        public static async Task<DurableCluster> StartAsync(TemporaryDirectory data)
        {
            var cluster = new DurableCluster(data);
            await cluster.InitializeAsync();
            return cluster;
        }

        async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

        protected override void Configure(ISiloBuilder silo)
        {
            silo.AddLocalGrainStorageAsDefault(options => options.Directory = data["state"]);
            silo.AddLocalGrainStorage("PubSubStore", options => options.Directory = data["subscriptions"]);
            silo.UseLocalReminderService("Default");
            silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(10));
        }
    }
}
