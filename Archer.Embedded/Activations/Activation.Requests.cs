using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.Activations;

/// <summary>Requests: which one may start while others run. All in turns.</summary>
internal sealed partial class Activation
{
    private Request? _firstWaiting;
    private Request? _lastWaiting;
    private int _running;

    // Of those that run: the ones that hold others up, which requests that always interleave never do.
    private int _blocking;
    private int _blockingReadOnly;
    private int _waitingOvertakers;

    /// <summary>Whether requests run that others wait for. In turns.</summary>
    public bool IsHeldByCalls => _blocking > 0;

    /// <summary>Whether something runs that is no tick of a timer. In turns.</summary>
    public bool RunsMoreThanTicks => _running > (_extras?.RunningTicks ?? 0);

    /// <summary>Who it is and what holds it up, for logs. A guess from outside of turns.</summary>
    public string Describe() => $"{GrainId} ({_state}, {_running} running, {(_firstWaiting is null ? "none" : "some")} waiting)";

    /// <summary>Starts a request, or lets it wait.</summary>
    public void Accept(Request request)
    {
        switch (_state)
        {
            case ActivationState.Active when MayStart(request):
                Start(request);
                _mayStartWaiting = true;
                break;
            case ActivationState.Created:
                Wait(request);
                Activate(request.Context);
                break;
            case ActivationState.Deactivating or ActivationState.Gone when request.IsLocal:
                Start(request);
                break;
            case ActivationState.Gone:
                SendOn(request);
                break;
            default:
                Wait(request);
                break;
        }
    }

    /// <summary>A request is done.</summary>
    public void FinishRequest(Request request, Task task)
    {
        Finish(request, task);
        _mayStartWaiting = true;
    }

    private bool MayStart(Request request)
    {
        if (IsDeactivationRequested)
        {
            return request.MayStartWhileLeaving(this);
        }

        return _blocking == 0 || request.AlwaysInterleaves || Class.IsReentrant || (request.IsReadOnly && _blockingReadOnly == _blocking);
    }

    private void Wait(Request request)
    {
        if (_lastWaiting is null)
        {
            _firstWaiting = request;
        }
        else
        {
            _lastWaiting.Next = request;
        }

        _lastWaiting = request;
        _waitingOvertakers += MayOvertake(request) ? 1 : 0;
    }

    private void StartWaiting()
    {
        while (_firstWaiting is not null && _state == ActivationState.Active && StartSomeWaiting())
        {
        }

        if (IsDeactivationRequested && _state == ActivationState.Active)
        {
            StopExtras();
            if (_running == 0)
            {
                BeginDeactivation();
            }
        }
    }

    // One pass over the queue. True when a pass from the front may find more, as a request that was passed over could start now.
    private bool StartSomeWaiting()
    {
        Request? previous = null;
        var current = _firstWaiting;
        var started = false;
        while (current is not null)
        {
            var next = (Request?)current.Next;
            if (MayStart(current))
            {
                Unlink(previous, current);
                Start(current);
                CleanContext();
                started = true;
            }
            else if (_waitingOvertakers == 0)
            {
                break;
            }
            else
            {
                previous = current;
            }

            current = next;
        }

        return started && _blocking == 0;
    }

    private void Unlink(Request? previous, Request request)
    {
        if (previous is null)
        {
            _firstWaiting = (Request?)request.Next;
        }
        else
        {
            previous.Next = request.Next;
        }

        if (ReferenceEquals(_lastWaiting, request))
        {
            _lastWaiting = previous;
        }

        request.Next = null;
        _waitingOvertakers -= MayOvertake(request) ? 1 : 0;
    }

    private void Start(Request request)
    {
        if (request.IsAbandoned)
        {
            request.Drop();
            return;
        }

        CountRunning(request, 1);
        var task = Invoke(request);
        if (task.IsCompleted)
        {
            Finish(request, task);
        }
        else
        {
            request.CompleteLater(this, task);
        }
    }

    private void CountRunning(Request request, int change)
    {
        _running += change;
        _blocking += request.AlwaysInterleaves ? 0 : change;
        _blockingReadOnly += request.IsReadOnly && !request.AlwaysInterleaves ? change : 0;
    }

    private static bool MayOvertake(Request request) => request.IsReadOnly || request.AlwaysInterleaves;

    private Task Invoke(Request request)
    {
        if (request.Context is not null)
        {
            RequestContext.Values.Value = request.Context;
        }

        try
        {
            return request.Invoke(this) ?? throw new InvalidOperationException($"A method of grain {GrainId} returned null instead of a task.");
        }
        catch (Exception exception)
        {
            // Host boundary: whatever grain code throws goes to its caller.
            return Task.FromException(exception);
        }
    }

    private void Finish(Request request, Task task)
    {
        CountRunning(request, -1);
        _used |= request.KeepsAlive;
        request.Complete(this, task);
        if (task.Exception?.InnerException is InconsistentStateException conflict && ReferenceEquals(conflict.SourceActivation, this))
        {
            // What this activation remembers is not what storage has: the next one reads it again.
            conflict.SourceActivation = null;
            RequestDeactivation(new DeactivationReason(
                DeactivationReasonCode.ApplicationError, conflict, "A state write met another version in storage."));
        }
    }

    private void SendWaitingOn()
    {
        while (_firstWaiting is { } request)
        {
            Unlink(null, request);
            SendOn(request);
        }
    }

    private void SendOn(Request request)
    {
        if (request.IsAbandoned)
        {
            request.Drop();
        }
        else
        {
            Class.SendOn(Key, request);
        }
    }

    private void RejectWaiting(Exception reason)
    {
        while (_firstWaiting is { } request)
        {
            Unlink(null, request);
            request.Reject(reason);
        }
    }
}
