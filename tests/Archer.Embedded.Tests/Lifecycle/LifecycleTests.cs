using Archer.Embedded.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Archer.Embedded.Tests.Lifecycle;

/// <summary>From the first call to the last.</summary>
public sealed class LifecycleTests(LifecycleTests.Cluster cluster) : IClassFixture<LifecycleTests.Cluster>
{
    [Fact]
    public async Task Activation_RunsBeforeTheFirstCall()
    {
        await Life("before").Activation();

        Assert.Equal(["activate", "call"], LifeGrain.EventsOf("before"));
    }

    [Fact]
    public async Task DeactivateOnIdle_RunsTheHookAndTheNextCallActivatesAgain()
    {
        Assert.Equal(1, await Life("leaves").Activation());
        await Life("leaves").Leave();

        await Eventually.True(() => LifeGrain.EventsOf("leaves").Contains("deactivate ApplicationRequested"), "the hook");
        Assert.Equal(2, await Life("leaves").Activation());
    }

    [Fact]
    public async Task DeactivateOnIdle_LetsTheRunningCallFinishAndSendsWaitingCallsToTheNextActivation()
    {
        var grain = Life("queue");
        var running = grain.LeaveAndHold("queue leaves");
        await Gate.Named("queue leaves").Reached;
        var waiting = grain.Activation();

        Gate.Named("queue leaves").Open();

        await running.InTime();
        Assert.Equal(2, await waiting.InTime());
        Assert.Equal(["activate", "left", "deactivate ApplicationRequested", "activate", "call"], LifeGrain.EventsOf("queue"));
    }

    [Fact]
    public async Task DeactivateOnIdle_WhileInterleavingCallsOverlap_SendsTheNextToTheNextActivation()
    {
        var grain = Life("overlap");
        var first = grain.HoldNow("overlap first");
        await Gate.Named("overlap first").Reached;
        await grain.Leave();
        var second = grain.HoldNow("overlap second");

        Gate.Named("overlap first").Open();

        Assert.Equal(1, await first.InTime());
        await Eventually.True(() => LifeGrain.EventsOf("overlap").Contains("deactivate ApplicationRequested"), "the hook");
        await Gate.Named("overlap second").Reached;
        Gate.Named("overlap second").Open();
        Assert.Equal(2, await second.InTime());
    }

    [Fact]
    public async Task DeactivateOnIdle_UnderCalls_LosesNone()
    {
        var grain = Life("storm");

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                if (caller == 0)
                {
                    await grain.Leave();
                }

                Assert.True(await grain.Activation() > 0);
            }

            return true;
        }))).InTime();

        Assert.All(answers, Assert.True);
    }

    [Fact]
    public async Task Activation_ThatFails_FailsTheCallAndTheNextCallTriesAgain()
    {
        var grain = cluster.Grains.GetGrain<IFragileGrain>("fragile");

        await Assert.ThrowsAsync<ApplicationException>(() => grain.Hello().InTime());

        Assert.Equal("hello", await grain.Hello().InTime());
    }

    [Fact]
    public async Task Constructor_TakesServices_AndItsScopeEndsWithTheActivation()
    {
        var grain = cluster.Grains.GetGrain<IInjectedGrain>("one");
        Assert.Equal("red blue none True", await grain.Describe());
        Assert.Equal("red blue none True", await cluster.Grains.GetGrain<IInjectedGrain>("two").Describe());
        Assert.NotEqual(InjectedGrain.Scoped["one"].Id, InjectedGrain.Scoped["two"].Id);

        await grain.Leave();

        await Eventually.True(() => InjectedGrain.Scoped["one"].IsDisposed, "the scope is disposed");
        Assert.False(InjectedGrain.Scoped["two"].IsDisposed);
    }

    private ILifeGrain Life(string key) => cluster.Grains.GetGrain<ILifeGrain>(key);

    public sealed class Cluster : TestCluster
    {
        protected override void Configure(ISiloBuilder silo) => silo.ConfigureServices(services => services
            .AddSingleton(new SingletonThing("red"))
            .AddKeyedSingleton("blue", new SingletonThing("blue"))
            .AddScoped<ScopedThing>());
    }
}
