using System.Collections.Concurrent;
using Archer.Embedded.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;

namespace Archer.Embedded.Tests.Lifecycle;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<int> Activation();

    Task Leave();

    Task LeaveAndHold(string gate);

    Task Delay(TimeSpan time);

    Task<string> AskOther(string other);

    [AlwaysInterleave]
    Task<int> HoldNow(string gate);

    Task LeaveAndBeCalled();
}

[GrainType("life")]
public sealed class LifeGrain : Grain, ILifeGrain
{
    public static readonly ConcurrentQueue<(string Key, string What)> Events = new();

    private static readonly ConcurrentDictionary<string, int> Activations = new();
    private int _activation;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        _activation = Activations.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, n) => n + 1);
        Note("activate");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Note($"deactivate {reason.ReasonCode}");
        if (this.GetPrimaryKeyString().StartsWith("calls at end", StringComparison.Ordinal))
        {
            Note(await AskOther("other at end"));
        }
    }

    public Task<int> Activation()
    {
        Note("call");
        return Task.FromResult(_activation);
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task LeaveAndHold(string gate)
    {
        DeactivateOnIdle();
        await Gate.Named(gate).Pass();
        Note("left");
    }

    public async Task<int> HoldNow(string gate)
    {
        await Gate.Named(gate).Pass();
        return _activation;
    }

    public async Task LeaveAndBeCalled()
    {
        DeactivateOnIdle();
        Gate.Named("called while it leaves").Open();
        await GrainFactory.GetGrain<ILifeGrain>(this.GetPrimaryKeyString()).HoldNow("called while it leaves");
    }

    public Task Delay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public async Task<string> AskOther(string other) => $"other {await GrainFactory.GetGrain<ILifeGrain>(other).Activation()}";

    private void Note(string what) => Events.Enqueue((this.GetPrimaryKeyString(), what));

    public static IEnumerable<string> EventsOf(string key) => Events.Where(e => e.Key == key).Select(e => e.What);
}

public interface IFragileGrain : IGrainWithStringKey
{
    Task<string> Hello();
}

[GrainType("fragile")]
public sealed class FragileGrain : Grain, IFragileGrain
{
    public static readonly ConcurrentDictionary<string, int> Attempts = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        Attempts.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, n) => n + 1) == 1
            ? throw new ApplicationException("not yet")
            : Task.CompletedTask;

    public Task<string> Hello() => Task.FromResult("hello");
}

public sealed class ScopedThing : IDisposable
{
    public Guid Id { get; } = Guid.NewGuid();

    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}

public sealed record SingletonThing(string Name);

public interface IInjectedGrain : IGrainWithStringKey
{
    Task<string> Describe();

    Task Leave();
}

[GrainType("injected")]
public sealed class InjectedGrain(SingletonThing singleton, ScopedThing scoped, [FromKeyedServices("blue")] SingletonThing keyed, string? optional = null)
    : Grain, IInjectedGrain
{
    public static readonly ConcurrentDictionary<string, ScopedThing> Scoped = new();

    public Task<string> Describe()
    {
        Scoped[this.GetPrimaryKeyString()] = scoped;
        var same = ReferenceEquals(ServiceProvider.GetRequiredService<ScopedThing>(), scoped);
        return Task.FromResult($"{singleton.Name} {keyed.Name} {optional ?? "none"} {same}");
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface IEphemeralGrain : IGrainWithStringKey
{
    Task<int> Call();
}

/// <summary>Leaves while it activates.</summary>
[GrainType("ephemeral")]
public sealed class EphemeralGrain : Grain, IEphemeralGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        if (this.GetPrimaryKeyString() == "later")
        {
            await Task.Yield();
        }
    }

    public Task<int> Call() => Task.FromResult(1);
}

public interface IRelayGrain : IGrainWithIntegerKey
{
    Task Call();
}

/// <summary>Wakes the next one whenever it leaves.</summary>
[GrainType("relay")]
public sealed class RelayGrain : Grain, IRelayGrain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IRelayGrain>(this.GetPrimaryKeyLong() + 1).Call();

    public Task Call() => Task.CompletedTask;
}
