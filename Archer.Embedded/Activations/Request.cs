namespace Archer.Embedded.Activations;

/// <summary>A work item that waits for its turn: a call, a tick of a timer, the delivery of a stream's item.</summary>
internal abstract class Request : WorkItem
{
    private Activation? _activation;
    private Task? _task;

    /// <summary>Values that travel with the request; null for none.</summary>
    internal Dictionary<string, object>? Context { get; set; }

    /// <summary>Runs between the awaits of whatever else runs.</summary>
    internal abstract bool AlwaysInterleaves { get; }

    /// <summary>Runs between the awaits of other read-only requests.</summary>
    internal virtual bool IsReadOnly => false;

    /// <summary>Concerns what this very activation has, so that the next one could do nothing with it.</summary>
    internal virtual bool IsLocal => false;

    /// <summary>
    /// Whether it may start in an activation that is about to go away: the last calls may need what interleaves with them, but once they are
    /// done no more may come, or calls that overlap would keep the activation for ever.
    /// </summary>
    internal virtual bool MayStartWhileLeaving(Activation activation) => AlwaysInterleaves && activation.IsHeldByCalls;

    /// <summary>Counts as use of the activation for idle collection.</summary>
    internal virtual bool KeepsAlive => true;

    internal sealed override void Run(Activation activation) => activation.Accept(this);

    /// <summary>Starts the work, in a turn.</summary>
    internal abstract Task Invoke(Activation activation);

    /// <summary>The work is done, in a turn.</summary>
    /// <param name="activation">Where it ran.</param>
    /// <param name="task">Completed, perhaps with an exception.</param>
    internal abstract void Complete(Activation activation, Task task);

    /// <summary>The work will never start.</summary>
    internal abstract void Reject(Exception reason);

    /// <summary>Whether the work is pointless by now, because its caller has given up.</summary>
    internal virtual bool IsAbandoned => false;

    /// <summary>Gone by without having run, as it is abandoned: lets go of what it holds.</summary>
    internal virtual void Drop()
    {
    }

    /// <summary>Comes back to the activation when the task is done.</summary>
    internal void CompleteLater(Activation activation, Task task)
    {
        _activation = activation;
        _task = task;

        // Captures the scheduler of the turn, which is the activation: the continuation is a turn, too.
        task.GetAwaiter().UnsafeOnCompleted(Finish);
    }

    private void Finish() => _activation!.FinishRequest(this, _task!);
}
