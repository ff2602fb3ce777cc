namespace Archer.Embedded.Activations;

/// <summary>Turns: who posts work, who runs it, and when the activation sleeps.</summary>
internal sealed partial class Activation
{
    // After so many items the thread goes back to the pool, so that a busy activation does not starve the others.
    private const int ItemsPerSlice = 128;

    private static readonly WorkItem Asleep = new Sleep();

    // The empty context of pool threads.
    private static ExecutionContext? _clean;

    [ThreadStatic]
    private static Activation? _entering;

    // A stack of posted items, newest first. Asleep: nothing posted and no thread at work, so that who posts must wake the activation.
    private WorkItem? _inbox = Asleep;

    // Taken from the inbox, oldest first. As all fields of turns it belongs to the thread that runs the current slice.
    private WorkItem? _ready;
    private long _lastUse;
    private bool _used;

    // Set where a request or a phase of life ends; looked at between items, where no request's async locals are around.
    private bool _mayStartWaiting;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Whether work waits or runs. A guess from outside of turns.</summary>
    public bool IsBusy => !ReferenceEquals(Volatile.Read(ref _inbox), Asleep) || _running > 0;

    /// <summary>Hands work to the activation, from any thread.</summary>
    public void Post(WorkItem item)
    {
        var head = Volatile.Read(ref _inbox);
        while (true)
        {
            item.Next = ReferenceEquals(head, Asleep) ? null : head;
            var seen = Interlocked.CompareExchange(ref _inbox, item, head);
            if (ReferenceEquals(seen, head))
            {
                break;
            }

            head = seen;
        }

        if (ReferenceEquals(head, Asleep))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        // The task is what makes this scheduler the current one, for awaits and for Task.Factory alike.
        _entering = this;
        new Task(static self => ((Activation)self!).RunSlice(), this, TaskCreationOptions.DenyChildAttach).RunSynchronously(this);
    }

    internal void Execute(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task) => Post(new TaskItem(task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        if (ReferenceEquals(_entering, this))
        {
            _entering = null;
            return TryExecuteTask(task);
        }

        return !taskWasPreviouslyQueued && ReferenceEquals(Current, this) && TryExecuteTask(task);
    }

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void RunSlice()
    {
        _clean ??= ExecutionContext.Capture();
        for (var left = ItemsPerSlice; left > 0; left--)
        {
            if (_ready is null && !TakeInbox())
            {
                return;
            }

            var item = _ready!;
            _ready = item.Next;
            item.Next = null;
            RunItem(item);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void RunItem(WorkItem item)
    {
        try
        {
            item.Run(this);
            CleanContext();
            while (_mayStartWaiting)
            {
                _mayStartWaiting = false;
                StartWaiting();
                CleanContext();
            }
        }
        catch (Exception exception)
        {
            // Host boundary: a fault of the host itself must not stop the mailbox.
            Log.TurnFailed(Silo.Logger, exception, GrainId);
        }
    }

    // Async locals that one request has set must not reach the next one, which did not come from it.
    private static void CleanContext()
    {
        if (_clean is not null && !ReferenceEquals(ExecutionContext.Capture(), _clean))
        {
            ExecutionContext.Restore(_clean);
        }
    }

    // False: the activation sleeps now and its fields belong to whoever wakes it.
    private bool TakeInbox()
    {
        while (true)
        {
            var newest = Interlocked.Exchange(ref _inbox, null);
            if (newest is not null)
            {
                _ready = Reverse(newest);
                return true;
            }

            if (_used)
            {
                _used = false;
                _lastUse = Silo.Time.GetTimestamp();
            }

            if (Interlocked.CompareExchange(ref _inbox, Asleep, null) is null)
            {
                return false;
            }
        }
    }

    private static WorkItem Reverse(WorkItem newest)
    {
        WorkItem? oldest = null;
        var item = newest;
        while (item is not null)
        {
            var next = item.Next;
            item.Next = oldest;
            oldest = item;
            item = next;
        }

        return oldest!;
    }

    private sealed class Sleep : WorkItem
    {
        internal override void Run(Activation activation) => throw new InvalidOperationException("The mark of a sleeping activation is no work.");
    }
}
