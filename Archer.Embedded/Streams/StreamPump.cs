using Orleans.Streams;

namespace Archer.Embedded.Streams;

/// <summary>The queue of one subscription and the loop that delivers it: in order, again after a failure, until the time for an event is over.</summary>
internal sealed class StreamPump(MemoryStreamProvider provider, StreamSubscription subscription)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<StreamEvent> _events = new();
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _pumping;
    private bool _closed;

    public StreamSubscription Subscription => subscription;

    /// <summary>False when the pump has ended: then another takes over.</summary>
    public bool TryEnqueue(StreamEvent streamEvent)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            _events.Enqueue(streamEvent);
            if (_pumping)
            {
                return true;
            }

            _pumping = true;
        }

        // On the pool, free of the writer's turn and of its async locals.
        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.PumpAsync(), this, preferLocal: false);
        return true;
    }

    /// <summary>Ends without delivering what is left.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _events.Clear();
        }

        _closing.TrySetResult();
    }

    private async Task PumpAsync()
    {
        while (Peek() is { Count: > 0 } events)
        {
            await DeliverAsync(events);
            Drop(events.Count);
        }

        provider.Forget(this);
    }

    private List<StreamEvent> Peek()
    {
        lock (_lock)
        {
            // Closed under the same lock that writers take: an event is either seen here or goes to the next pump.
            _closed |= _events.Count == 0;
            return [.. _events.Take(Math.Max(1, provider.Options.BatchContainerBatchSize))];
        }
    }

    private void Drop(int count)
    {
        lock (_lock)
        {
            for (var i = 0; i < count && _events.Count > 0; i++)
            {
                _events.Dequeue();
            }
        }
    }

    private async Task DeliverAsync(List<StreamEvent> events)
    {
        var time = provider.Silo.Time;
        var start = time.GetTimestamp();
        for (var delay = FirstDelay; !_closing.Task.IsCompleted; delay = Min(delay * 2, LongestDelay))
        {
            try
            {
                await Send(receiver => receiver.ReceiveAsync(events), events);
                return;
            }
            catch (Exception exception)
            {
                // Host boundary: whatever the observer throws means that it wants the events again.
                var left = provider.Options.MaxEventDeliveryTime - time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    await GiveUpAsync(events, exception);
                    return;
                }

                delay = Min(delay, left);
                provider.ReportRetry(exception, subscription, delay);
                await Task.WhenAny(Task.Delay(delay, time), _closing.Task);
            }
        }
    }

    private async Task GiveUpAsync(List<StreamEvent> events, Exception exception)
    {
        provider.ReportGivenUp(exception, subscription, events.Count);
        var failure = new StreamEventDeliveryFailureException(
            $"{events.Count} events of stream {subscription.Stream} could not be delivered within {provider.Options.MaxEventDeliveryTime}: they are skipped.",
            exception);
        try
        {
            await Send(receiver => receiver.FailAsync(failure), events);
        }
        catch (Exception second)
        {
            // Host boundary: the observer refuses even the news.
            provider.ReportGivenUp(second, subscription, 0);
        }
    }

    private Task Send(Func<IStreamReceiver, Task> deliver, List<StreamEvent> events)
    {
        switch (subscription)
        {
            case GrainSubscription grain:
                var request = new DeliveryRequest(provider, grain, deliver) { Context = events[0].Context };
                grain.Class.Send(grain.Key, request);
                return request.Done;
            case ClientSubscription { Receiver: { } receiver }:
                return deliver(receiver);
            default:
                return Task.CompletedTask;
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
