using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Archer.Embedded.Tests.Fixture;
using Orleans;

namespace Archer.Embedded.Tests.Enumerations;

public interface ILeavingEnumerationGrain : IGrainWithStringKey
{
    IAsyncEnumerable<int> Listen(string name, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> Drain(string name, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> ListenNot(string gate);

    IAsyncEnumerable<int> LeaveAndFail(string gate);

    Task Leave();

    Task LeaveAfter(string gate);
}

[GrainType("leaving-enumeration")]
public sealed class LeavingEnumerationGrain : Grain, ILeavingEnumerationGrain, IAsyncDisposable
{
    /// <summary>The names of enumerations whose iterators have ended, and whether that was in a turn of the grain that was alive.</summary>
    public static readonly ConcurrentDictionary<string, bool> Ended = new();

    public static readonly ConcurrentDictionary<string, bool> Deactivated = new();

    private bool _disposed;

    public async IAsyncEnumerable<int> Listen(string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var scheduler = TaskScheduler.Current;
        try
        {
            yield return 0;
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield return 1;
        }
        finally
        {
            await Task.Yield();
            Ended[name] = TaskScheduler.Current == scheduler && !_disposed;
        }
    }

    public async IAsyncEnumerable<int> Drain(string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return 0;
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Ended[name] = true;
    }

    public async IAsyncEnumerable<int> ListenNot(string gate)
    {
        yield return 0;
        await Gate.Named(gate).Pass();
        yield return 1;
        await Gate.Named($"{gate} more").Pass();
        yield return 2;
    }

    public async IAsyncEnumerable<int> LeaveAndFail(string gate)
    {
        yield return 0;
        await Gate.Named(gate).Pass();
        DeactivateOnIdle();
        await Task.Yield();
        throw new ApplicationException("failed while it left");
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task LeaveAfter(string gate)
    {
        DeactivateOnIdle();
        return Gate.Named(gate).Pass();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Deactivated[this.GetPrimaryKeyString()] = true;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return ValueTask.CompletedTask;
    }
}
