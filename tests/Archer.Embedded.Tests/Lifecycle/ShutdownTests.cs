using Archer.Embedded.Tests.Fixture;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Lifecycle;

/// <summary>A silo that stops deactivates its grains.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Stop_RunsTheHooksOfAllGrains()
    {
        var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => cluster.Grains.GetGrain<ILifeGrain>($"stop {i}").Activation()));

        await cluster.DisposeAsync();

        Assert.All(Enumerable.Range(0, 100), i => Assert.Contains("deactivate ShuttingDown", LifeGrain.EventsOf($"stop {i}")));
    }

    [Fact]
    public async Task Call_AfterTheStop_IsRefused()
    {
        var cluster = new TestCluster();
        await cluster.InitializeAsync();
        var grain = cluster.Grains.GetGrain<ILifeGrain>("after");
        await grain.Activation();
        await cluster.DisposeAsync();

        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.Activation().InTime());
    }

    [Fact]
    public async Task Stop_WhenEveryGrainThatLeavesWakesAnother_Ends()
    {
        var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await cluster.Grains.GetGrain<IRelayGrain>(0).Call();

        await cluster.DisposeAsync().InTime();
    }

    [Fact]
    public async Task StartupTask_MayCallGrains()
    {
        var cluster = new WithStartupTask();
        await cluster.InitializeAsync();

        Assert.Equal(["activate", "call"], LifeGrain.EventsOf("startup"));
        await cluster.DisposeAsync();
    }

    private sealed class WithStartupTask : TestCluster
    {
        protected override void Configure(ISiloBuilder silo) =>
            silo.AddStartupTask((_, _) => Grains.GetGrain<ILifeGrain>("startup").Activation());
    }
}
