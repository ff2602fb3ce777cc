using Archer.Embedded.Tests.Fixture;
using Archer.Testing;

namespace Archer.Embedded.Tests.Timers;

/// <summary>Timers do not keep an activation that is to go.</summary>
public sealed class LeavingTimerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_WhileATickWaitsForItsToken_CancelsIt(bool interleave)
    {
        var cluster = await StartAsync();
        var key = $"listens {interleave}";
        await Timer(cluster, key).StartListening(interleave, key);
        await Gate.Named(key).Pass().InTime();

        await cluster.DisposeAsync().InTime();

        Assert.True(TimerGrain.Deactivated.ContainsKey(key));
    }

    [Fact]
    public async Task Stop_WhileTicksOverlap_Ends()
    {
        var cluster = await StartAsync();
        await Timer(cluster, "overlap").StartListening(true, "overlap one");
        await Timer(cluster, "overlap").StartListening(true, "overlap two");
        await Gate.Named("overlap one").Pass().InTime();
        await Gate.Named("overlap two").Pass().InTime();

        await cluster.DisposeAsync().InTime();

        Assert.True(TimerGrain.Deactivated.ContainsKey("overlap"));
    }

    [Fact]
    public async Task Deactivation_WhenACallbackOfTheTokenFails_GoesOn()
    {
        var cluster = await StartAsync();
        var grain = Timer(cluster, "bad callback");
        await grain.StartWithBadCallback();
        await grain.HoldUntilTick().InTime();

        await cluster.DisposeAsync().InTime();

        Assert.True(TimerGrain.Deactivated.ContainsKey("bad callback"));
    }

    [Fact]
    public async Task Deactivation_WhileTheLastCallWaitsForATick_LetsItTick()
    {
        var cluster = await StartAsync();

        await Timer(cluster, "needs tick").LeaveAndHoldUntilTick().InTime();

        await Eventually.True(() => TimerGrain.Deactivated.ContainsKey("needs tick"), "deactivation");
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Tick_ThatWaitsWhileItsGrainGoes_WakesNoNextActivation()
    {
        var time = new StillTime();
        var cluster = await StartAsync(time);
        var grain = Timer(cluster, "queued tick");
        await grain.StartListening(false, "queued tick runs", TimeSpan.FromDays(1));
        await grain.StartListening(false, "queued tick waits", TimeSpan.FromDays(2));
        time.Fire(TimeSpan.FromDays(1));
        await Gate.Named("queued tick runs").Pass().InTime();
        time.Fire(TimeSpan.FromDays(2));

        await cluster.DisposeAsync().InTime();

        Assert.Equal(1, TimerGrain.Activations["queued tick"]);
    }

    private static ITimerGrain Timer(TestCluster cluster, string key) => cluster.Grains.GetGrain<ITimerGrain>(key);

    private static async Task<TestCluster> StartAsync(TimeProvider? time = null)
    {
        var cluster = new TimedCluster(time ?? TimeProvider.System);
        await cluster.InitializeAsync();
        return cluster;
    }
}
