namespace Archer.Embedded.Activations;

/// <summary>Something that runs in a turn of an activation. A link of the mailbox's lists.</summary>
internal abstract class WorkItem
{
    /// <summary>The next item of the list that holds this one: the inbox, later the queue of waiting requests.</summary>
    internal WorkItem? Next { get; set; }

    /// <summary>Runs within a turn of <paramref name="activation"/>. Must not throw.</summary>
    internal abstract void Run(Activation activation);
}

/// <summary>A continuation or task that was scheduled on an activation.</summary>
internal sealed class TaskItem(Task task) : WorkItem
{
    internal override void Run(Activation activation) => activation.Execute(task);
}
