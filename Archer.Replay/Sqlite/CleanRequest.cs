namespace Archer.Replay.Sqlite;

/// <summary>A wish that erased text leave the files; all wishes of a group share one checkpoint.</summary>
internal sealed class CleanRequest(CancellationToken cancellationToken) : WriteRequest(cancellationToken)
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _completion.Task;

    public override void Apply(SqliteSession session)
    {
        var busy = session.First("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt64(0));
        if (busy != 0)
        {
            throw new StorageFailedException("The log could not be emptied while a long read ran: erased text may still be in it. Try again.");
        }
    }

    public override void Complete() => _completion.SetResult();

    public override void Cancel() => _completion.SetCanceled(Token);

    public override void Fail(Exception reason) => _completion.SetException(reason);
}
