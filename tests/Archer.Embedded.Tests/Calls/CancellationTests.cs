using System.Collections.Concurrent;
using Archer.Embedded.Calls;
using Archer.Embedded.Tests.Fixture;
using Archer.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Archer.Embedded.Tests.Calls;

public interface ICancelGrain : IGrainWithStringKey
{
    Task WaitForCancel(string name, CancellationToken cancellationToken);

    Task<int> AddAfter(string gate, int amount, CancellationToken cancellationToken = default);

    [ResponseTimeout("00:00:00.3")]
    Task<int> Late(string gate);

    [ResponseTimeout("00:00:00.3")]
    Task LateWithToken(string name, CancellationToken cancellationToken);

    Task<int> Sum();

    [AlwaysInterleave]
    Task Ping();
}

[GrainType("cancel")]
public sealed class CancelGrain : Grain, ICancelGrain
{
    public static readonly ConcurrentDictionary<string, bool> CancelledInATurn = new();

    private int _sum;

    public async Task WaitForCancel(string name, CancellationToken cancellationToken)
    {
        var scheduler = TaskScheduler.Current;
        using var registration = cancellationToken.Register(() => CancelledInATurn[name] = TaskScheduler.Current == scheduler);
        await Task.WhenAny(Gate.Named(name).Pass(), Task.Delay(Timeout.Infinite, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }

    public async Task<int> AddAfter(string gate, int amount, CancellationToken cancellationToken = default)
    {
        await Gate.Named(gate).Pass();
        return _sum += amount;
    }

    public async Task<int> Late(string gate)
    {
        await Gate.Named(gate).Pass();
        return ++_sum;
    }

    public Task LateWithToken(string name, CancellationToken cancellationToken) => WaitForCancel(name, cancellationToken);

    public Task<int> Sum() => Task.FromResult(_sum);

    public Task Ping() => Task.CompletedTask;
}

public sealed class CancellationTests(CancellationTests.Cluster cluster) : IClassFixture<CancellationTests.Cluster>
{
    [Fact]
    public async Task Cancel_OfTheCaller_ReachesTheGrainInATurn()
    {
        using var cancel = new CancellationTokenSource();
        var call = Grain("reaches").WaitForCancel("cancel reaches", cancel.Token);
        await Gate.Named("cancel reaches").Reached;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        await Eventually.True(() => CancelGrain.CancelledInATurn.TryGetValue("cancel reaches", out var inTurn) && inTurn, "callback in a turn");
    }

    [Fact]
    public async Task Cancel_BeforeTheCall_SendsNothing()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain("before").AddAfter("never", 1, cancel.Token));

        Assert.Equal(0, await Grain("before").Sum());
    }

    [Fact]
    public async Task Cancel_WhileTheCallWaits_KeepsItFromRunning()
    {
        using var cancel = new CancellationTokenSource();
        var grain = Grain("queued");
        var first = grain.AddAfter("cancel queued", 1);
        await Gate.Named("cancel queued").Reached;
        var second = grain.AddAfter("cancel queued", 10, cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.InTime());
        // The cancellation travels behind the caller's back; what is sent after it arrives after it.
        await grain.Ping();
        Gate.Named("cancel queued").Open();

        Assert.Equal(1, await first.InTime());
        Assert.Equal(1, await grain.Sum());
    }

    [Fact]
    public async Task Call_WithATokenThatIsNeverCancelled_Completes()
    {
        Gate.Named("cancel none").Open();

        Assert.Equal(4, await Grain("none").AddAfter("cancel none", 4, CancellationToken.None));
    }

    [Fact]
    public async Task Response_TooLate_FailsTheCallerWhileTheGrainGoesOn()
    {
        var grain = Grain("late");
        var late = grain.Late("late");
        await Gate.Named("late").Reached;

        cluster.PassResponseTimeout();

        Assert.Contains("Response did not arrive on time", (await Assert.ThrowsAsync<TimeoutException>(() => late.InTime())).Message);

        Gate.Named("late").Open();
        await Eventually.True(async () => await grain.Sum() == 1, "the late call has run");
    }

    [Fact]
    public async Task Response_TooLate_CancelsTheTokenOfTheGrain()
    {
        var late = Grain("late token").LateWithToken("late token", CancellationToken.None);
        await Gate.Named("late token").Reached;

        cluster.PassResponseTimeout();

        Assert.Contains("Response did not arrive on time", (await Assert.ThrowsAsync<TimeoutException>(() => late.InTime())).Message);

        await Eventually.True(() => CancelGrain.CancelledInATurn.ContainsKey("late token"), "token cancelled");
    }

    [Fact]
    public async Task Call_ThatNeverRan_IsNotHeldByTheTokenOfItsCaller()
    {
        using var caller = new CancellationTokenSource();
        var grain = Grain("let go");
        var first = grain.AddAfter("let go", 1);
        await Gate.Named("let go").Reached;
        var argument = await LateAsync(grain, caller.Token);
        Gate.Named("let go").Open();
        await first.InTime();
        Assert.Equal(1, await grain.Sum());

        await Eventually.True(
            () =>
            {
                GC.Collect();
                return !argument.IsAlive;
            },
            "the call is collected");
        Assert.False(caller.IsCancellationRequested);
    }

    private async Task<WeakReference> LateAsync(ICancelGrain grain, CancellationToken token)
    {
        var argument = new string('x', 1);
        var late = grain.LateWithToken(argument, token);
        cluster.PassResponseTimeout();
        await Assert.ThrowsAsync<TimeoutException>(() => late.InTime());
        return new WeakReference(argument);
    }

    [Fact]
    public void CancelRequestOnTimeout_IsOffByDefault() => Assert.False(new SiloMessagingOptions().CancelRequestOnTimeout);

    private ICancelGrain Grain(string key) => cluster.Grains.GetGrain<ICancelGrain>(key);

    public sealed class Cluster : TestCluster
    {
        private readonly StillTime _time = new();

        /// <summary>The time of [ResponseTimeout] goes by, and the silo looks for late calls.</summary>
        public void PassResponseTimeout()
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _time.Fire(PendingCalls.Precision(new SiloMessagingOptions()));
        }

        protected override void Configure(ISiloBuilder silo)
        {
            silo.Services.AddSingleton<TimeProvider>(_time);
            silo.Configure<SiloMessagingOptions>(options => options.CancelRequestOnTimeout = true);
        }
    }
}
