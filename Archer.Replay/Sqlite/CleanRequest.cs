namespace Archer.Replay.Sqlite;

/// <summary>A wish that erased text leave the files; all wishes of a group share one checkpoint.</summary>
internal sealed class CleanRequest(CancellationToken cancellationToken) : WriteRequest(cancellationToken)
{
    /// <summary>Free pages that one clean-up gives back to the disk: 1 MiB, so that an erasure stays quick.</summary>
    private const int GivenBack = 256;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _completion.Task;

    public override void Apply(SqliteSession session)
    {
        session.All($"PRAGMA incremental_vacuum({GivenBack})", _ => 0);
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
