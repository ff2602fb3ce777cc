using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Calls;

public interface ICallGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);

    ValueTask<string> Echo(string text);

    Task Fail(string message);

    Task<GrainId> Identity();

    Task<bool> RunsOnOwnScheduler();

    ValueTask Nothing();

    Task<string> Many(int a, string b, long c, double? d, Guid e);
}

[GrainType("call")]
public sealed class CallGrain : Grain, ICallGrain
{
    private int _sum;

    public Task<int> Add(int amount) => Task.FromResult(_sum += amount);

    public ValueTask<string> Echo(string text) => new(text);

    public async Task Fail(string message)
    {
        await Task.Yield();
        throw new ApplicationException(message);
    }

    public Task<GrainId> Identity() => Task.FromResult(this.GetGrainId());

    public async Task<bool> RunsOnOwnScheduler()
    {
        var before = TaskScheduler.Current;
        await Task.Delay(1);
        var inside = TaskScheduler.Current;
        var outside = await Task.Run(() => TaskScheduler.Current);
        var started = await Task.Factory.StartNew(() => TaskScheduler.Current);
        return before != TaskScheduler.Default && before == inside && outside == TaskScheduler.Default && started == before;
    }

    public ValueTask Nothing() => default;

    public Task<string> Many(int a, string b, long c, double? d, Guid e) => Task.FromResult($"{a} {b} {c} {d} {e}");
}

public sealed class CallTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Call_OfUnknownKey_ActivatesTheGrain() =>
        Assert.Equal(3, await cluster.Grains.GetGrain<ICallGrain>("fresh").Add(3));

    [Fact]
    public async Task Calls_OfOneKey_ReachOneActivation()
    {
        await cluster.Grains.GetGrain<ICallGrain>("sum").Add(3);

        Assert.Equal(7, await cluster.Grains.GetGrain<ICallGrain>("sum").Add(4));
    }

    [Fact]
    public async Task Calls_OfTwoKeys_ReachTwoActivations()
    {
        await cluster.Grains.GetGrain<ICallGrain>("a").Add(3);

        Assert.Equal(4, await cluster.Grains.GetGrain<ICallGrain>("b").Add(4));
    }

    [Fact]
    public async Task Call_OfValueTask_ReturnsItsResult() =>
        Assert.Equal("hello", await cluster.Grains.GetGrain<ICallGrain>("v").Echo("hello"));

    [Fact]
    public async Task Call_OfValueTaskWithoutResult_Completes() => await cluster.Grains.GetGrain<ICallGrain>("v").Nothing();

    [Fact]
    public async Task Call_WithManyArguments_KeepsTheirOrder()
    {
        var id = Guid.Parse("00000000-0000-0000-0000-000000000007");

        Assert.Equal($"1 two 3 4.5 {id}", await cluster.Grains.GetGrain<ICallGrain>("m").Many(1, "two", 3, 4.5, id));
    }

    [Fact]
    public async Task Call_ThatThrows_GivesTheCallerTheExceptionWithItsType()
    {
        var grain = cluster.Grains.GetGrain<ICallGrain>("thrower");
        await grain.Add(1);

        var exception = await Assert.ThrowsAsync<ApplicationException>(() => grain.Fail("broken"));

        Assert.Equal("broken", exception.Message);
        Assert.Equal(3, await grain.Add(2));
    }

    [Fact]
    public async Task GrainId_IsClassNameAndKey()
    {
        var id = await cluster.Grains.GetGrain<ICallGrain>("key/with/slash").Identity();

        Assert.Equal("call/key/with/slash", id.ToString());
        Assert.Equal(id, GrainId.Parse(id.ToString()));
        Assert.Equal("key/with/slash", cluster.Grains.GetGrain<ICallGrain>("key/with/slash").GetPrimaryKeyString());
    }

    [Fact]
    public async Task Await_InAGrain_ContinuesOnTheGrainsScheduler() =>
        Assert.True(await cluster.Grains.GetGrain<ICallGrain>("scheduler").RunsOnOwnScheduler());

    [Fact]
    public void References_ToOneGrain_AreEqual()
    {
        Assert.Equal(cluster.Grains.GetGrain<ICallGrain>("x"), cluster.Grains.GetGrain<ICallGrain>("x"));
        Assert.NotEqual(cluster.Grains.GetGrain<ICallGrain>("x"), cluster.Grains.GetGrain<ICallGrain>("y"));
    }

    [Fact]
    public async Task Reference_ByIdentity_ReachesTheSameGrain()
    {
        await cluster.Grains.GetGrain<ICallGrain>("byid").Add(5);

        Assert.Equal(6, await cluster.Grains.GetGrain<ICallGrain>(GrainId.Create("call", "byid")).Add(1));
        Assert.Equal(7, await cluster.Grains.GetGrain(GrainId.Create("call", "byid")).AsReference<ICallGrain>().Add(1));
    }
}
