using Archer.Client;

namespace Archer.Grains.Agents.Local;

/// <content>
/// Permits for simulated starts. A silo gets as many at once as it used in the last period, so that not every start asks; what it does not use in the next
/// one it gives back, so that no other silo waits for it.
/// </content>
internal sealed partial class LocalAgent
{
    private const int MaxPermits = 256;

    /// <summary>Shortest time that a start waits for an answer: the agent itself measures how long the learner is waited for.</summary>
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(2);

    private readonly LinkedList<Waiter> _waiting = new();
    private int _permits;
    private int _permitsUsed;
    private int _permitsUsedBefore;
    private long _lag;
    private long _request;
    private bool _isAcquiring;

    private async Task TakePermitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var place = new LinkedListNode<Waiter>(new Waiter(request, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)));
        lock (_gate)
        {
            _permitsUsed++;
            _waiting.AddLast(place);
            Admit();
        }

        EnsureLoop();
        AcquireMore();
        if (!await IsAdmittedAsync(place, cancellationToken))
        {
            throw new LearnerLagsException(
                $"Agent {name} takes no more simulated conversations: its learner has {Volatile.Read(ref _lag)} to learn from first. Try again later.",
                options.AdmissionRetryAfter);
        }
    }

    private async Task<bool> IsAdmittedAsync(LinkedListNode<Waiter> place, CancellationToken cancellationToken)
    {
        var patience = options.AdmissionTimeout > MinWait ? options.AdmissionTimeout : MinWait;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silo.Stopping);
        try
        {
            return await place.Value.IsAdmitted.Task.WaitAsync(patience, time, ended.Token);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // Who is on the list no more has been answered at the same moment.
            var isAdmitted = !Leave(place) && await place.Value.IsAdmitted.Task;
            if (isAdmitted && cancellationToken.IsCancellationRequested)
            {
                Release(place.Value.Request);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!isAdmitted)
            {
                silo.Stopping.ThrowIfCancellationRequested();
            }

            return isAdmitted;
        }
    }

    private bool Leave(LinkedListNode<Waiter> place)
    {
        lock (_gate)
        {
            if (place.List is null)
            {
                return false;
            }

            _waiting.Remove(place);
            return true;
        }
    }

    /// <summary>Under the gate: a permit that is taken is told with the very next report, so that the agent's count of them never disagrees.</summary>
    private void Admit()
    {
        while (_permits > 0 && _waiting.First is { } first)
        {
            _permits--;
            _waiting.RemoveFirst();
            _outbox.Admissions.Add(new AdmissionChange(first.Value.Request, IsRelease: false));
            first.Value.IsAdmitted.SetResult(true);
        }
    }

    private void AcquireMore()
    {
        PermitRequest request;
        lock (_gate)
        {
            if (_isAcquiring || _waiting.Count == 0 || silo.Stopping.IsCancellationRequested)
            {
                return;
            }

            _isAcquiring = true;
            var ahead = Math.Max(_permitsUsed, _permitsUsedBefore);
            request = new PermitRequest
            {
                Silo = silo.Silo,
                Number = ++_request,
                Permits = Math.Clamp(Math.Max(_waiting.Count, ahead), 1, MaxPermits),
                Waiting = _waiting.Count,
            };
        }

        _ = Task.Run(() => AcquireAsync(request));
    }

    private async Task AcquireAsync(PermitRequest request)
    {
        var granted = 0;
        var isAnswered = false;
        try
        {
            var grant = await Agent.AcquirePermitsAsync(request);
            Take(grant.Serving);
            Volatile.Write(ref _lag, grant.Lag);
            (granted, isAnswered) = (grant.Permits, true);
        }
        catch (Exception exception) when (silo.Stopping.IsCancellationRequested || exception is OperationCanceledException)
        {
            // One of the two silos stops.
        }
        catch (Exception exception)
        {
            // Who waits is refused in time, and the loop asks again; what was granted without an answer, the next report brings back.
            LogReportFailed(name, exception);
        }

        lock (_gate)
        {
            _isAcquiring = false;
            _permits += granted;
            Admit();
            Refuse(isAnswered && granted == 0 ? request.Waiting : 0);
        }

        if (isAnswered)
        {
            AcquireMore();
        }
    }

    /// <summary>Under the gate: those who waited when the learner did not catch up in time.</summary>
    private void Refuse(int starts)
    {
        for (; starts > 0 && _waiting.First is { } first; starts--)
        {
            _waiting.RemoveFirst();
            first.Value.IsAdmitted.SetResult(false);
        }
    }

    /// <summary>Under the gate: what was not used for a period is given back with the next report.</summary>
    private void ReturnUnused()
    {
        if (!_isAcquiring && _permits > 0 && ((_permitsUsed == 0 && _permitsUsedBefore == 0) || silo.Closing.IsCancellationRequested))
        {
            _permits = 0;
        }

        (_permitsUsedBefore, _permitsUsed) = (_permitsUsed, 0);
    }

    private readonly record struct Waiter(AdmissionRequest Request, TaskCompletionSource<bool> IsAdmitted);
}
