namespace Archer.Grains.Storage;

/// <summary>One commit at a time, in order of arrival, between calls of one grain that interleave. Holds nothing to dispose of.</summary>
internal sealed class CommitGate
{
    private Task _last = Task.CompletedTask;

    /// <summary>Waits for the commits before this one; disposing of what it returns lets the next one in.</summary>
    public async Task<Turn> EnterAsync()
    {
        var before = _last;
        var turn = new Turn();
        _last = turn.Done;
        await before;
        return turn;
    }

    internal sealed class Turn : IDisposable
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public void Dispose() => _done.TrySetResult();
    }
}
