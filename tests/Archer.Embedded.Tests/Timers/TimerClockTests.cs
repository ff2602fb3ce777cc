using Archer.Embedded.Tests.Fixture;
using Archer.Testing;
using Orleans.Configuration;

namespace Archer.Embedded.Tests.Timers;

/// <summary>Timers by a clock that the test moves.</summary>
public sealed class TimerClockTests
{
    private static readonly TimeSpan Tomorrow = TimeSpan.FromDays(1);

    [Fact]
    public async Task Timer_DisposedWhileItFires_TicksNoMore()
    {
        var time = new StillTime();
        var cluster = await StartAsync(time);
        var grain = cluster.Grains.GetGrain<ITimerGrain>("disposed");
        await grain.Start(false, true, Tomorrow, Tomorrow);
        await grain.Stop();

        time.Fire(Tomorrow);

        Assert.Equal(0, (await grain.Look()).Ticks);
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Timer_WithoutKeepAlive_DoesNotKeepTheGrainFromCollection()
    {
        var time = new StillTime();
        var cluster = await StartAsync(time);
        await cluster.Grains.GetGrain<ITimerGrain>("collected").Start(false, false, Tomorrow, Tomorrow);
        await cluster.Grains.GetGrain<ITimerGrain>("kept").Start(false, true, Tomorrow * 2, Tomorrow);

        await Eventually.True(
            async () =>
            {
                time.Advance(TimeSpan.FromHours(1));
                await TickAsync(time, Tomorrow * 2, "kept");
                await TickAsync(time, Tomorrow, "collected");
                time.Fire(GrainCollectionOptions.DEFAULT_COLLECTION_QUANTUM);
                return TimerGrain.Deactivated.ContainsKey("collected");
            },
            "collection");

        Assert.False(TimerGrain.Deactivated.ContainsKey("kept"));
        await cluster.DisposeAsync();
    }

    private static Task TickAsync(StillTime time, TimeSpan due, string key)
    {
        var before = TimerGrain.Ticks.GetValueOrDefault(key);
        time.Fire(due);
        return Eventually.True(() => TimerGrain.Ticks.GetValueOrDefault(key) > before || TimerGrain.Deactivated.ContainsKey(key), $"a tick of {key}");
    }

    private static async Task<TestCluster> StartAsync(StillTime time)
    {
        var cluster = new TimedCluster(time);
        await cluster.InitializeAsync();
        return cluster;
    }
}
