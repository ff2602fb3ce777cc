using Archer.Embedded.Tests.Fixture;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Archer.Embedded.Tests.Lifecycle;

/// <summary>Idle activations go by themselves.</summary>
public sealed class CollectionTests(CollectionTests.Cluster cluster) : IClassFixture<CollectionTests.Cluster>
{
    [Fact]
    public async Task IdleActivation_IsCollected()
    {
        await cluster.Grains.GetGrain<ILifeGrain>("idle").Activation();

        await Eventually.True(() => LifeGrain.EventsOf("idle").Contains("deactivate ActivationIdle"), "collection");
    }

    [Fact]
    public async Task DelayDeactivation_KeepsCollectionAway()
    {
        await cluster.Grains.GetGrain<ILifeGrain>("kept").Delay(TimeSpan.FromMinutes(5));
        await cluster.Grains.GetGrain<ILifeGrain>("not kept").Activation();

        await Eventually.True(() => LifeGrain.EventsOf("not kept").Contains("deactivate ActivationIdle"), "collection of the other");
        Assert.Equal(["activate"], LifeGrain.EventsOf("kept"));
    }

    [Fact]
    public async Task BusyActivation_IsNotCollected()
    {
        var held = cluster.Grains.GetGrain<ILifeGrain>("busy").LeaveAndHold("collection busy");
        await Gate.Named("collection busy").Reached;
        await cluster.Grains.GetGrain<ILifeGrain>("not busy").Activation();

        await Eventually.True(() => LifeGrain.EventsOf("not busy").Contains("deactivate ActivationIdle"), "collection of the other");
        Assert.Equal(["activate"], LifeGrain.EventsOf("busy"));

        Gate.Named("collection busy").Open();
        await held.InTime();
    }

    public sealed class Cluster : TestCluster
    {
        protected override void Configure(ISiloBuilder silo) => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(50);
            options.CollectionAge = TimeSpan.FromMilliseconds(200);
        });
    }
}
