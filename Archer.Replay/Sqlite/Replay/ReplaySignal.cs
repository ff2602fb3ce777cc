namespace Archer.Replay.Sqlite;

/// <summary>Wakes the readers of one agent's log when it has grown. The database belongs to one process, so nobody else appends.</summary>
internal sealed class ReplaySignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes with the next pulse; taken before a look at the log, so that none is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
