using Archer.Embedded.Activations;
using Orleans.Runtime;

namespace Archer.Embedded.Timers;

/// <summary>A timer that ends with its activation.</summary>
internal interface IActivationTimer : IDisposable
{
    /// <summary>The activation is about to go away: cancels the token of ticks, so that none holds it. Calls that still run may see more ticks.</summary>
    void CancelTicks();
}

/// <summary>A grain timer. Its ticks run one after the other as requests of the activation; the period begins at the end of a tick.</summary>
internal sealed class GrainTimer<TState> : IGrainTimer, IActivationTimer
{
    private readonly Activation _activation;
    private readonly Func<TState, CancellationToken, Task> _callback;
    private readonly TState _state;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _ticking;
    private bool _disposed;
    private TimeSpan? _dueAfterTick;

    public GrainTimer(Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        Validate(options.DueTime, options.Period);
        _activation = activation;
        _callback = callback;
        _state = state;
        _options = options;
        _period = options.Period;
        (activation.Extras.Timers ??= []).Add(this);
        _timer = activation.Silo.Time.CreateTimer(static self => ((GrainTimer<TState>)self!).OnDue(), this, options.DueTime, Timeout.InfiniteTimeSpan);
        if (activation.IsGone)
        {
            // Made by what a call left behind: nobody would ever end it.
            Dispose();
        }
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, period);
        _period = period;
        if (_ticking)
        {
            // Ticks of one timer never overlap.
            _dueAfterTick = dueTime;
        }
        else if (!_disposed)
        {
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _timer.Dispose();
        _activation.ExtrasOrNull?.Timers?.Remove(this);
        CancelTicks();
    }

    public void CancelTicks()
    {
        try
        {
            _cancelled.Cancel();
        }
        catch (AggregateException exception)
        {
            // Host boundary: a callback of the grain failed.
            _activation.ReportCallbackFailure(exception);
        }
    }

    private static void Validate(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
    }

    private void OnDue() => _activation.Post(new Tick(this));

    private async Task TickAsync()
    {
        if (_disposed)
        {
            return;
        }

        _ticking = true;
        _dueAfterTick = null;
        try
        {
            await _callback(_state, _cancelled.Token);
        }
        finally
        {
            _ticking = false;
            var due = _dueAfterTick ?? _period;
            if (due != Timeout.InfiniteTimeSpan && !_disposed)
            {
                _timer.Change(due, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Tick(GrainTimer<TState> timer) : Request
    {
        internal override bool AlwaysInterleaves => timer._options.Interleave;

        internal override bool KeepsAlive => timer._options.KeepAlive;

        internal override bool IsAbandoned => timer._disposed;

        internal override bool MayStartWhileLeaving(Activation activation) => AlwaysInterleaves && activation.RunsMoreThanTicks;

        internal override Task Invoke(Activation activation)
        {
            activation.Extras.RunningTicks++;
            return timer.TickAsync();
        }

        internal override void Complete(Activation activation, Task task)
        {
            activation.Extras.RunningTicks--;
            if (task.Exception?.InnerExceptions[0] is { } exception)
            {
                activation.ReportTimerFailure(exception);
            }
        }

        internal override void Reject(Exception reason)
        {
            // The activation is gone, and its timers with it.
        }
    }
}
