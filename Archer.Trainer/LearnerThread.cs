using System.Collections.Concurrent;

namespace Archer.Trainer;

/// <summary>
/// The thread that a learner computes on: an iteration takes a quarter of a second of pure computation, which on a thread of the pool would be taken from
/// the requests of a process that also serves. The system knows it as <c>learner</c>, so that its processor time can be read from outside.
/// </summary>
internal sealed class LearnerThread : IDisposable
{
    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;

    public LearnerThread()
    {
        thread = new Thread(Run) { IsBackground = true, Name = "learner" };
        thread.Start();
    }

    /// <summary>Runs a piece of work behind those that were given before; its exception becomes the task's.</summary>
    public Task<T> RunAsync<T>(Func<T> compute)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                done.SetResult(compute());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    /// <summary>Waits for the work that was given.</summary>
    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }

    private void Run()
    {
        foreach (Action next in work.GetConsumingEnumerable())
            next();
    }
}
