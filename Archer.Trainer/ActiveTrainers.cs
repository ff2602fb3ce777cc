namespace Archer.Trainer;

/// <summary>The trainers of a process that have a say about their agents.</summary>
/// <param name="count">How many the process starts with.</param>
internal sealed class ActiveTrainers(int count)
{
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;

    /// <summary>Completes when later trainers have taken over from all of them: a process that does nothing else ends then.</summary>
    public Task AllSuperseded => _none.Task;

    /// <summary>A later trainer has taken over from one of them.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _none.SetResult();
        }
    }
}
