using System.Collections.Concurrent;
using Archer.Embedded.Tests.Fixture;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Tests.Timers;

public interface ITimerGrain : IGrainWithStringKey
{
    Task Start(bool interleave, bool keepAlive, TimeSpan due, TimeSpan period);

    Task StartFailing();

    Task StartSlow(string gate);

    Task Stop();

    Task Change(TimeSpan due, TimeSpan period);

    Task<(int Ticks, bool Overlapped, bool InTurn)> Look();

    Task HoldUntilTick();

    Task StartListening(bool interleave, string name, TimeSpan due = default);

    Task StartWithBadCallback();

    Task LeaveAndHoldUntilTick();
}

[GrainType("timer")]
public sealed class TimerGrain : Grain, ITimerGrain
{
    public static readonly ConcurrentDictionary<string, bool> Deactivated = new();

    public static readonly ConcurrentDictionary<string, int> Activations = new();

    public static readonly ConcurrentDictionary<string, int> Ticks = new();

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private readonly TaskCompletionSource _firstTick = new();
    private IGrainTimer? _timer;
    private int _ticks;
    private int _inside;
    private bool _overlapped;
    private bool _inTurn = true;

    public Task Start(bool interleave, bool keepAlive, TimeSpan due, TimeSpan period)
    {
        var scheduler = TaskScheduler.Current;
        _timer = this.RegisterGrainTimer(
            async (self, token) =>
            {
                self._overlapped |= ++self._inside > 1;
                self._inTurn &= TaskScheduler.Current == scheduler && !token.IsCancellationRequested;
                await Task.Yield();
                self._inTurn &= TaskScheduler.Current == scheduler;
                self._inside--;
                self._ticks++;
                Ticks.AddOrUpdate(self.GetPrimaryKeyString(), 1, (_, n) => n + 1);
                self._firstTick.TrySetResult();
            },
            this,
            new GrainTimerCreationOptions(due, period) { Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task StartFailing()
    {
        this.RegisterGrainTimer(
            () =>
            {
                _ticks++;
                throw new ApplicationException("tick");
            },
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(5));
        return Task.CompletedTask;
    }

    public Task StartSlow(string gate)
    {
        this.RegisterGrainTimer(_ => Gate.Named(gate).Pass(), new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)));
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task<(int Ticks, bool Overlapped, bool InTurn)> Look() => Task.FromResult((_ticks, _overlapped, _inTurn));

    public Task HoldUntilTick() => _firstTick.Task;

    public Task StartListening(bool interleave, string name, TimeSpan due = default)
    {
        this.RegisterGrainTimer(
            async token =>
            {
                Gate.Named(name).Open();
                await Task.Delay(Timeout.Infinite, token);
            },
            new GrainTimerCreationOptions(due, Soon) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StartWithBadCallback()
    {
        this.RegisterGrainTimer(
            token =>
            {
                token.Register(() => throw new ApplicationException("callback"));
                _firstTick.TrySetResult();
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, Soon) { Interleave = true });
        return Task.CompletedTask;
    }

    public async Task LeaveAndHoldUntilTick()
    {
        DeactivateOnIdle();
        await Start(true, false, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await _firstTick.Task;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Activations.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, n) => n + 1);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Deactivated[this.GetPrimaryKeyString()] = true;
        return Task.CompletedTask;
    }
}

public sealed class TimerTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task Timer_TicksAgainAndAgain_InTurns()
    {
        var grain = Timer("ticks");
        await grain.Start(false, true, TimeSpan.Zero, Soon);

        await Eventually.True(async () => (await grain.Look()).Ticks >= 5, "five ticks");
        var (_, overlapped, inTurn) = await grain.Look();
        Assert.False(overlapped);
        Assert.True(inTurn);
    }

    [Fact]
    public async Task Timer_WithoutPeriod_TicksOnce()
    {
        var grain = Timer("once");
        await grain.Start(false, true, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await Eventually.True(async () => (await grain.Look()).Ticks > 0, "the tick");
        var other = Timer("once other");
        await other.Start(false, true, TimeSpan.Zero, Soon);

        await Eventually.True(async () => (await other.Look()).Ticks >= 5, "five ticks of another timer");
        Assert.Equal(1, (await grain.Look()).Ticks);
    }

    [Fact]
    public async Task Timer_Changed_TicksAtItsNewTime()
    {
        var grain = Timer("changed");
        await grain.Start(false, true, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await grain.Change(TimeSpan.Zero, Soon);

        await Eventually.True(async () => (await grain.Look()).Ticks >= 2, "ticks");
    }

    [Fact]
    public async Task Timer_ThatFails_GoesOn()
    {
        var grain = Timer("fails");
        await grain.StartFailing();

        await Eventually.True(async () => (await grain.Look()).Ticks >= 3, "three failed ticks");
    }

    [Fact]
    public async Task Timer_ThatInterleaves_TicksDuringACall()
    {
        var grain = Timer("interleaves");
        await grain.Start(true, true, TimeSpan.FromMilliseconds(20), Soon);

        await grain.HoldUntilTick().InTime();
    }

    [Fact]
    public async Task Tick_ThatDoesNotInterleave_HoldsCallsBack()
    {
        var grain = Timer("holds");
        await grain.StartSlow("timer holds");
        await Gate.Named("timer holds").Reached;

        var call = grain.Look();
        await Timer("holds other").Look();
        Assert.False(call.IsCompleted);

        Gate.Named("timer holds").Open();
        await call.InTime();
    }

    private ITimerGrain Timer(string key) => cluster.Grains.GetGrain<ITimerGrain>(key);
}
