namespace Archer.Trainer;

/// <summary>The trainers of a process that have a say about their agents.</summary>
/// <param name="count">How many the process starts with.</param>
internal sealed class ActiveTrainers(int count)
{
    private readonly TaskCompletionSource none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int left = count;

    /// <summary>Completes when later trainers have taken over from all of them: a process that does nothing else ends then.</summary>
    public Task AllSuperseded => none.Task;

    /// <summary>A later trainer has taken over from one of them.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref left) == 0)
            none.SetResult();
    }
}
