using Archer.Client.Agents;

namespace Archer.Grains.Agents;

/// <summary>
/// Back-pressure from the learner to simulated users: at most <see cref="LearnerReport.MaximumLag"/> training conversations are started and
/// not yet consumed. Live conversations count and never wait. Counting begins anew with every activation, at the last report, and with every run of the learner;
/// a learner that consumes more than was started since then (a backlog) only brings the lag to zero.
/// </summary>
internal sealed class LearnerPace(TimeProvider time)
{
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private LearnerReport? _report;
    private long _reportedAt;
    private long _admitted;
    private long _consumedBefore;

    /// <summary>Simulated conversations wait for a learner that has never reported, or is silent.</summary>
    public bool ExpectLearner { get; init; }

    public int Waiting => _waiting.Count;

    /// <summary>Training conversations started and not yet consumed.</summary>
    public long Lag => _admitted - ((_report?.EpisodesConsumed ?? 0) - _consumedBefore);

    /// <summary>A conversation that does not wait.</summary>
    public void Admit() => _admitted++;

    /// <summary>Whether the learner has told that it read as far as a replay position.</summary>
    public bool HasConsumed(long? position) => position <= _report?.Position;

    /// <summary>One more conversation, if the learner has caught up and nobody waits; false when not.</summary>
    public bool TryAdmit()
    {
        if (_waiting.Count > 0 || !HasRoom)
        {
            return false;
        }

        _admitted++;
        return true;
    }

    /// <summary>Conversations that were let in will not be consumed.</summary>
    public void Release(int conversations)
    {
        _admitted -= conversations;
        KeepLagAboveZero();
        AdmitWaiting();
    }

    /// <summary>Waits, first come first served, until the learner has caught up; false when it did not in time.</summary>
    public async Task<bool> TryAdmitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (TryAdmit())
        {
            return true;
        }

        var waiter = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await waiter.Value.Task.WaitAsync(patience, time, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // Without a list it was let in at the same moment.
            var admitted = waiter.List is null;
            if (admitted && cancellationToken.IsCancellationRequested)
            {
                Release(1);
            }
            else if (!admitted)
            {
                _waiting.Remove(waiter);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return admitted;
        }
    }

    public void Report(LearnerReport report)
    {
        if (_report?.Run != report.Run)
        {
            // The lag stays what it was: a learner that starts from an older checkpoint must not stop its users for ever.
            _consumedBefore = report.EpisodesConsumed - ((_report?.EpisodesConsumed ?? 0) - _consumedBefore);
        }

        _report = report;
        _reportedAt = time.GetTimestamp();
        KeepLagAboveZero();
        AdmitWaiting();
    }

    private bool HasRoom
    {
        get
        {
            if (_report is null)
            {
                return !ExpectLearner;
            }

            var silent = !ExpectLearner && time.GetElapsedTime(_reportedAt) > TimeSpan.FromSeconds(_report.LeaseSeconds);
            return silent || _report.MaximumLag is not { } bound || Lag < bound;
        }
    }

    private void KeepLagAboveZero() => _consumedBefore += Math.Max(0, -Lag);

    private void AdmitWaiting()
    {
        while (_waiting.First is { } first && HasRoom)
        {
            _waiting.RemoveFirst();
            _admitted++;
            first.Value.SetResult();
        }
    }
}
