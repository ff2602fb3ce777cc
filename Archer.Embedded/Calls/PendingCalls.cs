using Orleans.Configuration;

namespace Archer.Embedded.Calls;

/// <summary>
/// Calls that wait for their response, so that the late ones fail. Striped lists in place of a timer per call: adding and removing takes
/// two short locks and allocates nothing.
/// </summary>
internal sealed class PendingCalls(SiloMessagingOptions options, TimeProvider time)
{
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, 16).Select(_ => new Stripe())];
    private readonly long _defaultTicks = Ticks(options.ResponseTimeout, time);

    /// <summary>Time between two looks for late calls: the precision of time-outs.</summary>
    public static TimeSpan Precision(SiloMessagingOptions options) =>
        TimeSpan.FromMilliseconds(Math.Clamp(options.ResponseTimeout.TotalMilliseconds / 20, 10, 250));

    public void Add(Invocation invocation)
    {
        invocation.Deadline = time.GetTimestamp() + (invocation.Method.Timeout is { } own ? Ticks(own, time) : _defaultTicks);
        var index = Environment.CurrentManagedThreadId & (_stripes.Length - 1);
        var stripe = _stripes[index];
        lock (stripe.Lock)
        {
            invocation.PendingStripe = index;
            invocation.NextPending = stripe.First;
            stripe.First?.PreviousPending = invocation;
            stripe.First = invocation;
        }
    }

    public void Remove(Invocation invocation)
    {
        var index = invocation.PendingStripe;
        if (index < 0)
        {
            return;
        }

        var stripe = _stripes[index];
        lock (stripe.Lock)
        {
            if (invocation.PendingStripe >= 0)
            {
                stripe.Unlink(invocation);
            }
        }
    }

    /// <summary>Fails the calls whose time is over.</summary>
    public void FailLate()
    {
        var now = time.GetTimestamp();
        foreach (var stripe in _stripes)
        {
            foreach (var late in stripe.TakeLate(now))
            {
                var limit = late.Method.Timeout ?? options.ResponseTimeout;
                late.TryFail(new TimeoutException(
                    $"Response did not arrive on time in {limit} for call {late.Method} of grain {late.Target.GrainId}. The grain goes on with it."));
                if (options.CancelRequestOnTimeout)
                {
                    late.Cancellation?.CancelCallee();
                }
            }
        }
    }

    private static long Ticks(TimeSpan timeout, TimeProvider time) => timeout == Timeout.InfiniteTimeSpan
        ? long.MaxValue / 2
        : (long)Math.Min(timeout.TotalSeconds * time.TimestampFrequency, long.MaxValue / 2);

    private sealed class Stripe
    {
        public Lock Lock { get; } = new();

        public Invocation? First { get; set; }

        public List<Invocation> TakeLate(long now)
        {
            List<Invocation> late = [];
            lock (Lock)
            {
                for (var call = First; call is not null;)
                {
                    var next = call.NextPending;
                    if (call.Deadline <= now)
                    {
                        Unlink(call);
                        late.Add(call);
                    }

                    call = next;
                }
            }

            return late;
        }

        public void Unlink(Invocation invocation)
        {
            if (invocation.PreviousPending is { } previous)
            {
                previous.NextPending = invocation.NextPending;
            }
            else
            {
                First = invocation.NextPending;
            }

            invocation.NextPending?.PreviousPending = invocation.PreviousPending;
            invocation.PreviousPending = null;
            invocation.NextPending = null;
            invocation.PendingStripe = -1;
        }
    }
}
