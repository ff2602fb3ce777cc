using Archer.Embedded.State;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Activations;

/// <summary>From the first request to the last: instance, state, hooks.</summary>
internal sealed partial class Activation
{
    // For an enumeration that somebody waits for: as in Orleans the activation lets a wait go on that has begun. Then for iterators to end.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private ActivationState _state;
    private PendingDeactivation? _deactivation;

    /// <summary>Whether it is all over. From outside of turns a guess.</summary>
    public bool IsGone => _state == ActivationState.Gone;

    private bool IsDeactivationRequested => _deactivation is not null;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        var deactivation = new PendingDeactivation(deactivationReason, cancellationToken);
        if (ReferenceEquals(Current, this) && _state == ActivationState.Active)
        {
            // In a turn it holds from here on: what is in the mailbox by now, such as a new enumeration, is not begun any more.
            ApplyDeactivation(deactivation);
        }
        else
        {
            Post(new DeactivateItem(deactivation));
        }
    }

    public void DelayDeactivation(TimeSpan time)
    {
        var now = Silo.Time.GetUtcNow();
        Extras.KeepUntil = time <= TimeSpan.Zero && time != Timeout.InfiniteTimeSpan ? DateTimeOffset.MinValue
            : time == Timeout.InfiniteTimeSpan || time >= DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue
            : now + time;
    }

    /// <summary>Asks for deactivation if nobody used the activation for the class's age limit.</summary>
    public void CollectWhenIdle()
    {
        if (!IsBusy && _lastUse != 0 && Silo.Time.GetElapsedTime(_lastUse) >= Class.CollectionAge)
        {
            Post(new CollectItem());
        }
    }

    private void RequestDeactivation(DeactivationReason reason) => _deactivation ??= new PendingDeactivation(reason, CancellationToken.None);

    private void Activate(Dictionary<string, object>? context)
    {
        _state = ActivationState.Activating;
        _used = true;
        _ = ActivateAsync(context);
    }

    private async Task ActivateAsync(Dictionary<string, object>? context)
    {
        try
        {
            if (context is not null)
            {
                RequestContext.Values.Value = context;
            }

            _instance = Class.CreateInstance(this, out var states);
            if (states.Length > 0 || Class.HasActivateHook)
            {
                await ReadStateAndRunHookAsync(states);
            }
        }
        catch (Exception exception)
        {
            // Host boundary: the callers that wait get the exception, the next call tries again.
            await FailActivationAsync(exception);
            return;
        }

        _state = ActivationState.Active;
        _mayStartWaiting = true;
        if (_extras?.AfterActivation is { } deactivation)
        {
            Post(deactivation);
        }
    }

    private async Task ReadStateAndRunHookAsync(IActivationState[] states)
    {
        var limit = Silo.CollectionOptions.ActivationTimeout;
        using var timeout = new CancellationTokenSource(limit, Silo.Time);
        try
        {
            foreach (var state in states)
            {
                await state.ReadStateAsync(timeout.Token).WaitAsync(timeout.Token);
            }

            if (Class.HasActivateHook)
            {
                await ((IGrainBase)_instance!).OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"Activation of grain {GrainId} took longer than {limit}.", exception);
        }
    }

    private async Task FailActivationAsync(Exception exception)
    {
        Log.ActivationFailed(Silo.Logger, exception, GrainId);
        await LeaveAsync();
        RejectWaiting(exception);
    }

    private void BeginDeactivation()
    {
        _state = ActivationState.Deactivating;
        _ = DeactivateAsync(_deactivation!);
    }

    private async Task DeactivateAsync(PendingDeactivation deactivation)
    {
        DisposeTimers();
        if (Class.HasDeactivateHook)
        {
            using var timeout = new CancellationTokenSource(Silo.CollectionOptions.DeactivationTimeout, Silo.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, deactivation.Token);
            try
            {
                await ((IGrainBase)_instance!).OnDeactivateAsync(deactivation.Reason, either.Token).WaitAsync(either.Token);
            }
            catch (Exception exception)
            {
                // Host boundary: the activation goes away whatever its hook does.
                Log.DeactivationHookFailed(Silo.Logger, exception, GrainId, deactivation.Reason);
            }
        }

        await LeaveAsync();
        SendWaitingOn();
    }

    private async Task LeaveAsync()
    {
        DisposeTimers();
        await EndEnumerationsAsync();
        try
        {
            await DisposeInstanceAsync();
        }
        catch (Exception exception)
        {
            // Host boundary: the activation goes away whatever its disposal does.
            Log.DisposalFailed(Silo.Logger, exception, GrainId);
        }

        MarkGone();
    }

    private void MarkGone()
    {
        _state = ActivationState.Gone;
        Class.Remove(this);

        // Either this sees who waits, or who comes to wait sees the state.
        Interlocked.MemoryBarrier();
        _extras?.Gone.TrySetResult();
    }

    private async ValueTask DisposeInstanceAsync()
    {
        switch (_instance)
        {
            case IAsyncDisposable grain:
                await grain.DisposeAsync();
                break;
            case IDisposable grain:
                grain.Dispose();
                break;
        }

        if (_extras is not null)
        {
            await _extras.DisposeScopeAsync();
        }
    }

    // Between turns, as the callbacks of tokens and what waits for them may run at once. Again whenever something may have changed.
    private void StopExtras()
    {
        foreach (var timer in _extras?.Timers?.ToArray() ?? [])
        {
            timer.CancelTicks();
        }

        foreach (var enumeration in _extras?.Enumerations?.Values.ToArray() ?? [])
        {
            enumeration.Abort(Silo.IsStopping ? TimeSpan.Zero : Grace);
        }
    }

    private void DisposeTimers()
    {
        foreach (var timer in _extras?.Timers?.ToArray() ?? [])
        {
            timer.CancelTicks();
            timer.Dispose();
        }
    }

    // So that the finally blocks of iterators run while the instance is whole.
    private async Task EndEnumerationsAsync()
    {
        if (_extras?.Enumerations is not { Count: > 0 } enumerations)
        {
            return;
        }

        try
        {
            await Task.WhenAll(enumerations.Values.ToArray().Select(enumeration => enumeration.EndAsync())).WaitAsync(Grace, Silo.Time);
        }
        catch (TimeoutException)
        {
            Log.EnumerationsLeft(Silo.Logger, GrainId);
        }
    }

    private void ApplyDeactivation(PendingDeactivation deactivation)
    {
        switch (_state)
        {
            case ActivationState.Created:
                MarkGone();
                SendWaitingOn();
                break;
            case ActivationState.Activating:
                // The calls that it was made for come first: the next activation might do the same, and nobody would ever answer them.
                Extras.AfterActivation ??= new DeactivateItem(deactivation);
                break;
            case ActivationState.Active:
                _deactivation ??= deactivation;
                _mayStartWaiting = true;
                break;
        }
    }

    private sealed record PendingDeactivation(DeactivationReason Reason, CancellationToken Token);

    private sealed class DeactivateItem(PendingDeactivation deactivation) : WorkItem
    {
        internal override void Run(Activation activation) => activation.ApplyDeactivation(deactivation);
    }

    // Looks again within a turn: a call may have come in between.
    private sealed class CollectItem : WorkItem
    {
        internal override void Run(Activation activation)
        {
            var idle = activation._running == 0 && activation._firstWaiting is null && !activation._used
                && activation.Silo.Time.GetElapsedTime(activation._lastUse) >= activation.Class.CollectionAge
                && (activation._extras is not { } extras || extras.KeepUntil <= activation.Silo.Time.GetUtcNow());
            if (idle)
            {
                activation.ApplyDeactivation(new PendingDeactivation(
                    new DeactivationReason(DeactivationReasonCode.ActivationIdle, "Nobody called for the collection age."), CancellationToken.None));
            }
        }
    }
}
