using Archer.Embedded.Tests.Fixture;

namespace Archer.Embedded.Tests.Turns;

/// <summary>Which requests of one activation may run side by side.</summary>
public sealed class TurnTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Plain = "Archer.Embedded.Tests.Turns.PlainTurnGrain";
    private const string Reentrant = "Archer.Embedded.Tests.Turns.ReentrantTurnGrain";

    [Fact]
    public async Task Call_WhileAnotherAwaits_Waits()
    {
        var grain = Grain("waits");
        var held = grain.Hold();
        await Gate.Named("waits").Reached;

        var second = grain.Count();
        Assert.Equal(1, await grain.CountNow());
        Assert.False(second.IsCompleted);

        Gate.Named("waits").Open();
        await held.InTime();
        Assert.Equal(1, await second.InTime());
    }

    [Fact]
    public async Task AlwaysInterleave_WhileAnotherAwaits_Runs()
    {
        var grain = Grain("interleaves");
        var held = grain.Hold();
        await Gate.Named("interleaves").Reached;

        Assert.Equal(1, await grain.CountNow().InTime());

        Gate.Named("interleaves").Open();
        await held.InTime();
    }

    [Fact]
    public async Task AlwaysInterleave_WhileItAwaits_HoldsNobodyUp()
    {
        var grain = Grain("held up by nobody");
        var held = grain.HoldNow("held up by nobody");
        await Gate.Named("held up by nobody").Reached;

        Assert.Equal(0, await grain.Count().InTime());

        Gate.Named("held up by nobody").Open();
        await held.InTime();
    }

    [Fact]
    public async Task Reentrant_WhileAnotherAwaits_Runs()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("reentrant", Reentrant);
        var held = grain.Hold();
        await Gate.Named("reentrant").Reached;

        Assert.Equal(1, await grain.Count().InTime());

        Gate.Named("reentrant").Open();
        await held.InTime();
    }

    [Fact]
    public async Task ReadOnly_WhileReadOnlyAwaits_Runs()
    {
        var grain = Grain("reads");
        var held = grain.ReadAndHold("reads");
        await Gate.Named("reads").Reached;

        Assert.Equal(0, await grain.Read().InTime());

        Gate.Named("reads").Open();
        await held.InTime();
    }

    [Fact]
    public async Task ReadOnly_BehindAWaitingWriter_StillInterleavesWithReaders()
    {
        var grain = Grain("reads past");
        var held = grain.ReadAndHold("reads past");
        await Gate.Named("reads past").Reached;
        var writer = grain.Count();

        Assert.Equal(0, await grain.Read().InTime());
        Assert.False(writer.IsCompleted);

        Gate.Named("reads past").Open();
        await Task.WhenAll(held, writer).InTime();
    }

    [Fact]
    public async Task ReadOnly_WhileAWriterAwaits_Waits()
    {
        var grain = Grain("reads late");
        var held = grain.Hold();
        await Gate.Named("reads late").Reached;

        var reader = grain.Read();
        Assert.Equal(1, await grain.CountNow().InTime());
        Assert.False(reader.IsCompleted);

        Gate.Named("reads late").Open();
        await Task.WhenAll(held, reader).InTime();
    }

    [Fact]
    public async Task Writer_WhileReadOnlyAwaits_Waits()
    {
        var grain = Grain("writes late");
        var held = grain.ReadAndHold("writes late");
        await Gate.Named("writes late").Reached;

        var writer = grain.Count();
        Assert.Equal(0, await grain.CountNow().InTime());
        Assert.False(writer.IsCompleted);

        Gate.Named("writes late").Open();
        await Task.WhenAll(held, writer).InTime();
    }

    [Fact]
    public async Task CallChain_BackToTheCaller_IsNotReentrantByDefault() => await Assert.ThrowsAsync<TimeoutException>(
        () => cluster.Grains.GetGrain<ICycleGrain>("one").CallBack("two").InTime());

    [Fact]
    public async Task Calls_OfOneCaller_RunInOrder()
    {
        var grain = Grain("order");
        await grain.Count();

        await Task.WhenAll(Enumerable.Range(0, 2000).Select(grain.Append)).InTime();

        Assert.Equal(Enumerable.Range(0, 2000), await grain.Appended());
    }

    [Fact]
    public async Task OneWay_DoesNotWaitForTheCallee()
    {
        var grain = Grain("one way");

        await grain.HoldOneWay().InTime();
        await Gate.Named("one way").Reached;

        Gate.Named("one way").Open();
        Assert.Equal(1, await grain.Count().InTime());
    }

    [Fact]
    public async Task NonReentrant_UnderManyCallers_LosesNothing()
    {
        var grain = Grain("stress");

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 250; i++)
            {
                await grain.IncrementAcrossAwaits();
            }
        }))).InTime();

        Assert.Equal(32 * 250, await grain.Sum());
    }

    [Fact]
    public async Task Reentrant_UnderManyCallers_IsNeverEnteredTwice()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("reentrant stress", Reentrant);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 250; i++)
            {
                await grain.IncrementAcrossAwaits();
            }
        }))).InTime();
    }

    [Fact]
    public async Task StatelessWorker_WhileOneIsBusy_TakesTheCallInAnother()
    {
        var grain = cluster.Grains.GetGrain<IWorkerGrain>(0);
        var first = grain.Hold("worker 1");
        await Gate.Named("worker 1").Reached;
        var second = grain.Hold("worker 2");
        await Gate.Named("worker 2").Reached;

        Gate.Named("worker 1").Open();
        Gate.Named("worker 2").Open();
        await Task.WhenAll(first, second).InTime();
    }

    private ITurnGrain Grain(string key) => cluster.Grains.GetGrain<ITurnGrain>(key, Plain);
}
