using Archer.Embedded.Tests.Enumerations;
using Archer.Embedded.Tests.Fixture;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Lifecycle;

/// <summary>
/// Where this host is kinder than Orleans: that one starts no activation while it stops, and refuses the calls of an activation that leaves
/// while it activates, and lets calls that interleave wait for the next activation even if the last call of this one waits for them.
/// Its stop waits for ticks and enumerations that hold a grain, up to its deactivation time-out. A caller who leaves an enumeration that waits
/// for an activation to go is told when that one has gone, and the next may begin the enumeration. Grains must not rely on it.
/// </summary>
public sealed class LenientHostTests
{
    [Fact]
    public async Task Stop_LetsLastTurnsCallOtherGrains()
    {
        var cluster = new TestCluster();
        await cluster.InitializeAsync();
        await cluster.Grains.GetGrain<ILifeGrain>("calls at end").Activation();

        await cluster.DisposeAsync();

        Assert.Contains(LifeGrain.EventsOf("calls at end"), what => what.StartsWith("other ", StringComparison.Ordinal));
        Assert.Contains("deactivate ShuttingDown", LifeGrain.EventsOf("other at end"));
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("later")]
    public async Task Call_OfAGrainThatLeavesWhileItActivates_IsAnswered(string key)
    {
        var cluster = new TestCluster();
        await cluster.InitializeAsync();

        Assert.Equal(1, await cluster.Grains.GetGrain<IEphemeralGrain>(key).Call().InTime());
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task LastCall_OfAGrainThatLeaves_MayBeCalledBack()
    {
        var cluster = new TestCluster();
        await cluster.InitializeAsync();

        await cluster.Grains.GetGrain<ILifeGrain>("called back").LeaveAndBeCalled().InTime();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Enumeration_WhoseCallerLeftBeforeItBegan_IsNotBegun()
    {
        var cluster = new TestCluster();
        await cluster.InitializeAsync();
        var grain = cluster.Grains.GetGrain<IEnumeratingGrain>("left alone");
        var leaving = grain.LeaveAfter("enumeration left alone");
        await Gate.Named("enumeration left alone").Reached;
        using var gone = new CancellationTokenSource();
        await using (var numbers = grain.Numbers(3).WithBatchSize(1).GetAsyncEnumerator(gone.Token))
        {
            var first = numbers.MoveNextAsync();
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.AsTask().InTime());
        }

        Gate.Named("enumeration left alone").Open();

        await leaving.InTime();
        Assert.Equal(0, await grain.Count());
        await cluster.DisposeAsync();
    }
}
