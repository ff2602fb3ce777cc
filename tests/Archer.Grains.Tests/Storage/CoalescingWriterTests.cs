using Archer.Grains.Storage;

namespace Archer.Grains.Tests.Storage;

public sealed class CoalescingWriterTests
{
    private readonly Queue<TaskCompletionSource> _writes = new();
    private readonly CoalescingWriter _writer;
    private int _begun;

    public CoalescingWriterTests() => _writer = new CoalescingWriter(() =>
    {
        _begun++;
        var write = new TaskCompletionSource();
        _writes.Enqueue(write);
        return write.Task;
    });

    [Fact]
    public void Write_CallsDuringAWrite_ShareTheNext()
    {
        using var turns = new Turns();
        var first = _writer.WriteAsync();
        var second = _writer.WriteAsync();
        var third = _writer.WriteAsync();

        turns.Outside(_writes.Dequeue().SetResult);
        turns.Run();

        Assert.True(first.IsCompletedSuccessfully);
        Assert.False(second.IsCompleted);
        Assert.Equal(2, _begun);
        turns.Outside(_writes.Dequeue().SetResult);
        turns.Run();
        Assert.True(second.IsCompletedSuccessfully && third.IsCompletedSuccessfully);
    }

    [Fact]
    public void Write_CallBetweenTheEndOfAWriteAndTheBeginOfTheNext_DoesNotRunBesideIt()
    {
        using var turns = new Turns();
        _writer.WriteAsync();
        var waiting = _writer.WriteAsync();
        turns.Outside(_writes.Dequeue().SetResult);

        // The turn that begins the waiting write is queued; this call comes before it.
        var between = _writer.WriteAsync();
        turns.Run();

        Assert.Equal(2, _begun);
        Assert.Single(_writes);
        turns.Outside(_writes.Dequeue().SetResult);
        turns.Run();
        Assert.True(waiting.IsCompletedSuccessfully && between.IsCompletedSuccessfully);
    }

    [Fact]
    public void Write_AfterAFailure_BeginsAfresh()
    {
        using var turns = new Turns();
        var failing = _writer.WriteAsync();
        var next = _writer.WriteAsync();

        turns.Outside(() => _writes.Dequeue().SetException(new IOException("full")));
        turns.Run();
        turns.Outside(_writes.Dequeue().SetResult);
        turns.Run();

        Assert.True(failing.IsFaulted);
        Assert.True(next.IsCompletedSuccessfully);
    }

    /// <summary>One turn after another on this thread, as in a grain.</summary>
    private sealed class Turns : SynchronizationContext, IDisposable
    {
        private readonly Queue<(SendOrPostCallback Turn, object? State)> _queue = new();
        private readonly SynchronizationContext? _before = Current;

        public Turns() => SetSynchronizationContext(this);

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        public void Run()
        {
            while (_queue.TryDequeue(out var next))
            {
                next.Turn(next.State);
            }
        }

        /// <summary>As a thread of the storage would: what waits for it becomes a turn.</summary>
        public void Outside(Action complete)
        {
            SetSynchronizationContext(null);
            complete();
            SetSynchronizationContext(this);
        }

        public void Dispose() => SetSynchronizationContext(_before);
    }
}
