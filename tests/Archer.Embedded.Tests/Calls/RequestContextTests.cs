using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Calls;

public interface IContextGrain : IGrainWithStringKey
{
    Task<string?> Read(string name);

    Task<string?> ReadThrough(string name);

    Task Write(string name, string value);

    Task Hold(string gate);
}

[GrainType("context")]
public sealed class ContextGrain : Grain, IContextGrain
{
    public Task<string?> Read(string name) => Task.FromResult(RequestContext.Get(name) as string);

    public Task<string?> ReadThrough(string name) => GrainFactory.GetGrain<IContextGrain>("next").Read(name);

    public Task Write(string name, string value)
    {
        RequestContext.Set(name, value);
        return Task.CompletedTask;
    }

    public async Task Hold(string gate)
    {
        await Gate.Named(gate).Pass();
        RequestContext.Set("held", "late");
    }
}

public sealed class RequestContextTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Value_OfTheCaller_ReachesTheCalleesOfTheCallee()
    {
        RequestContext.Set("tenant", "t1");

        Assert.Equal("t1", await Grain("a").Read("tenant"));
        Assert.Equal("t1", await Grain("a").ReadThrough("tenant"));
    }

    [Fact]
    public async Task Value_OfTheCallee_DoesNotReachTheCallerNorTheNextCall()
    {
        await Grain("b").Write("secret", "s");

        Assert.Null(RequestContext.Get("secret"));
        Assert.Null(await Grain("b").Read("secret"));
    }

    [Fact]
    public async Task Values_OfARunningCall_DoNotReachTheCallThatWaitsBehindIt()
    {
        var grain = Grain("queue");
        RequestContext.Set("held", "early");
        var held = grain.Hold("context queue");
        RequestContext.Clear();
        await Gate.Named("context queue").Reached;
        var waiting = grain.Read("held");

        Gate.Named("context queue").Open();

        await held.InTime();
        Assert.Null(await waiting.InTime());
    }

    [Fact]
    public async Task Values_OfTwoCallers_StayApart()
    {
        var read = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            RequestContext.Set("n", $"{i}");
            return await Grain("c").ReadThrough("n");
        })));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), read);
    }

    private IContextGrain Grain(string key) => cluster.Grains.GetGrain<IContextGrain>(key);
}
