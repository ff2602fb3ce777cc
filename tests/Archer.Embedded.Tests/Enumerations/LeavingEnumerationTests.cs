using Archer.Embedded.Tests.Fixture;
using Archer.Testing;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Enumerations;

/// <summary>Enumerations do not keep an activation that is to go: those that wait end with an exception, and their iterators are disposed.</summary>
public sealed class LeavingEnumerationTests
{
    [Fact]
    public async Task Stop_WhileEnumerationsWait_AbortsThemAndRunsTheirFinallyBlocks()
    {
        var cluster = await StartAsync(TimeProvider.System);
        var grain = Grain(cluster, "stops");
        await using var one = grain.Listen("stops one").GetAsyncEnumerator();
        await using var two = grain.Listen("stops two").GetAsyncEnumerator();
        var (waitingOne, waitingTwo) = (await SecondOf(one), await SecondOf(two));

        await cluster.DisposeAsync().InTime();

        await Assert.ThrowsAsync<EnumerationAbortedException>(() => waitingOne.InTime());
        await Assert.ThrowsAsync<EnumerationAbortedException>(() => waitingTwo.InTime());
        Assert.True(LeavingEnumerationGrain.Ended["stops one"]);
        Assert.True(LeavingEnumerationGrain.Ended["stops two"]);
    }

    [Fact]
    public async Task Stop_WhileAnIteratorEndsWhenCancelled_IsNoEndOfTheElements()
    {
        var cluster = await StartAsync(TimeProvider.System);
        await using var numbers = Grain(cluster, "drains").Drain("drains").GetAsyncEnumerator();
        var waiting = await SecondOf(numbers);

        await cluster.DisposeAsync().InTime();

        await Assert.ThrowsAsync<EnumerationAbortedException>(() => waiting.InTime());
        Assert.True(LeavingEnumerationGrain.Ended["drains"]);
    }

    [Fact]
    public async Task Stop_WhileIteratorsDoNotListen_WaitsForNone()
    {
        var cluster = await StartAsync(TimeProvider.System);
        var grain = Grain(cluster, "deaf");
        var one = grain.ListenNot("deaf").GetAsyncEnumerator();
        var two = grain.ListenNot("deaf").GetAsyncEnumerator();
        var (waitingOne, waitingTwo) = (await SecondOf(one), await SecondOf(two));

        await cluster.DisposeAsync().InTime();

        await Assert.ThrowsAsync<EnumerationAbortedException>(() => waitingOne.InTime());
        await Assert.ThrowsAsync<EnumerationAbortedException>(() => waitingTwo.InTime());
        await one.DisposeAsync().AsTask().InTime();
        await two.DisposeAsync().AsTask().InTime();
        Gate.Named("deaf").Open();
        Gate.Named("deaf more").Open();
    }

    [Fact]
    public async Task Stop_BetweenElements_LetsTheCallerDispose()
    {
        var cluster = await StartAsync(TimeProvider.System);
        var numbers = Grain(cluster, "between").Listen("between").GetAsyncEnumerator();
        Assert.True(await numbers.MoveNextAsync());

        await cluster.DisposeAsync().InTime();

        await numbers.DisposeAsync().AsTask().InTime();
        Assert.True(LeavingEnumerationGrain.Ended["between"]);
    }

    [Fact]
    public async Task Deactivation_BetweenElements_RunsTheFinallyBlock()
    {
        var cluster = await StartAsync(new StillTime());
        var grain = Grain(cluster, "leaves");
        await using var numbers = grain.Listen("leaves").GetAsyncEnumerator();
        Assert.True(await numbers.MoveNextAsync());

        await grain.Leave();

        await Eventually.True(() => LeavingEnumerationGrain.Ended.TryGetValue("leaves", out var inTurn) && inTurn, "the finally block");
        await Assert.ThrowsAsync<EnumerationAbortedException>(async () => await numbers.MoveNextAsync());
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Deactivation_WhileTheCallerWaits_GivesItTheElementAndNoMore()
    {
        var cluster = await StartAsync(new StillTime());
        var grain = Grain(cluster, "last");
        await using var numbers = grain.ListenNot("last").GetAsyncEnumerator();
        var waiting = await SecondOf(numbers);
        await Gate.Named("last").Reached;

        await grain.Leave();
        Gate.Named("last").Open();

        Assert.True(await waiting.InTime());
        await Assert.ThrowsAsync<EnumerationAbortedException>(async () => await numbers.MoveNextAsync());
        Gate.Named("last more").Open();
        await Eventually.True(() => LeavingEnumerationGrain.Deactivated.ContainsKey("last"), "deactivation");
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Deactivation_ThatTheIteratorAsksFor_LeavesItsExceptionToTheCaller()
    {
        var cluster = await StartAsync(new StillTime());
        await using var numbers = Grain(cluster, "fails").LeaveAndFail("fails").GetAsyncEnumerator();
        var waiting = await SecondOf(numbers);

        Gate.Named("fails").Open();

        Assert.Equal("failed while it left", (await Assert.ThrowsAsync<ApplicationException>(() => waiting.InTime())).Message);
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Deactivation_WhileACallHoldsIt_AbortsTheNextWait()
    {
        var cluster = await StartAsync(new StillTime());
        var grain = Grain(cluster, "held");
        await using var numbers = grain.Listen("held").GetAsyncEnumerator();
        Assert.True(await numbers.MoveNextAsync());
        var leaving = grain.LeaveAfter("held leaves");
        await Gate.Named("held leaves").Reached;

        await Assert.ThrowsAsync<EnumerationAbortedException>(async () => await numbers.MoveNextAsync().AsTask().InTime());

        Gate.Named("held leaves").Open();
        await leaving.InTime();
        await cluster.DisposeAsync();
    }

    // The first element is there, and the caller waits for the second.
    private static async Task<Task<bool>> SecondOf(IAsyncEnumerator<int> numbers)
    {
        Assert.True(await numbers.MoveNextAsync().AsTask().InTime());
        return numbers.MoveNextAsync().AsTask();
    }

    private static ILeavingEnumerationGrain Grain(TestCluster cluster, string key) => cluster.Grains.GetGrain<ILeavingEnumerationGrain>(key);

    private static async Task<TestCluster> StartAsync(TimeProvider time)
    {
        var cluster = new TimedCluster(time);
        await cluster.InitializeAsync();
        return cluster;
    }
}
