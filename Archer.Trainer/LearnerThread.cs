using System.Collections.Concurrent;

namespace Archer.Trainer;

/// <summary>
/// The thread that a learner computes on: an iteration takes a quarter of a second of pure computation, which on a thread of the pool would be taken from
/// the requests of a process that also serves. The system knows it as <c>learner</c>, so that its processor time can be read from outside.
/// </summary>
internal sealed class LearnerThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public LearnerThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "learner" };
        _thread.Start();
    }

    /// <summary>Runs a piece of work behind those that were given before; its exception becomes the task's.</summary>
    public Task<T> RunAsync<T>(Func<T> compute)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
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
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        foreach (var next in _work.GetConsumingEnumerable())
        {
            next();
        }
    }
}
