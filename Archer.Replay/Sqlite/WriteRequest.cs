namespace Archer.Replay.Sqlite;

/// <summary>Something that waits for the writer thread. Its caller hears of the result after the commit, on another thread.</summary>
internal abstract class WriteRequest(CancellationToken cancellationToken)
{
    /// <summary>Whether nobody wants it any more; asked before it is applied.</summary>
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    protected CancellationToken Token => cancellationToken;

    /// <summary>Changes the database inside the group's transaction; runs again when that was rolled back.</summary>
    public abstract void Apply(SqliteSession session);

    public abstract void Complete();

    public abstract void Cancel();

    public abstract void Fail(Exception reason);
}

/// <summary>A change with a result.</summary>
internal sealed class WriteRequest<T>(Func<SqliteSession, T> apply, CancellationToken cancellationToken) : WriteRequest(cancellationToken)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _completion.Task;

    public override void Apply(SqliteSession session) => _result = apply(session);

    public override void Complete() => _completion.SetResult(_result);

    public override void Cancel() => _completion.SetCanceled(Token);

    public override void Fail(Exception reason) => _completion.SetException(reason);
}
