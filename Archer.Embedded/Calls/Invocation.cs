using Archer.Embedded.Activations;
using Orleans.Runtime;

namespace Archer.Embedded.Calls;

/// <summary>A call of a grain method. Proxies make one per call; per method a derived class holds the arguments.</summary>
internal abstract class Invocation : Request
{
    /// <summary>The called method.</summary>
    internal GrainMethod Method { get; private set; } = null!;

    /// <summary>The called grain.</summary>
    internal GrainReference Target { get; private set; } = null!;

    /// <summary>The activation that calls; null for callers outside of grains.</summary>
    internal Activation? Caller { get; private set; }

    /// <summary>Passes cancellation on to the callee; null for methods without a token.</summary>
    internal CallCancellation? Cancellation { get; private set; }

    /// <summary>The neighbours in the list of calls that wait for their response.</summary>
    internal Invocation? PreviousPending { get; set; }

    /// <inheritdoc cref="PreviousPending"/>
    internal Invocation? NextPending { get; set; }

    /// <summary>Which list of waiting calls holds this one; -1 for none.</summary>
    internal int PendingStripe { get; set; } = -1;

    /// <summary>Timestamp after which the caller gets an exception.</summary>
    internal long Deadline { get; set; }

    internal override bool AlwaysInterleaves => Method.AlwaysInterleaves;

    internal override bool IsReadOnly => Method.IsReadOnly;

    /// <summary>The arguments, boxed.</summary>
    public abstract object?[] Arguments { get; }

    /// <summary>The token for the callee.</summary>
    public CancellationToken CalleeToken => Cancellation?.CalleeToken ?? default;

    /// <summary>The caller stops waiting.</summary>
    internal abstract bool TryFail(Exception exception);

    /// <summary>The caller stops waiting because it was cancelled.</summary>
    internal abstract bool TryCancel(CancellationToken token);

    internal override void Reject(Exception reason)
    {
        Drop();
        TryFail(reason);
    }

    /// <summary>The caller's token may live long: it must not hold on to a call that is over.</summary>
    internal override void Drop()
    {
        Target.Target.Class.Silo.Pending.Remove(this);
        Cancellation?.Dispose();
    }

    /// <summary>The caller's token: called by proxies of methods that take one.</summary>
    public void UseToken(CancellationToken token) => Cancellation = new CallCancellation(token);

    /// <summary>The caller was cancelled.</summary>
    internal void OnCallerCancelled()
    {
        Target.Target.Class.Silo.Pending.Remove(this);
        TryCancel(Cancellation!.CallerToken);
        Cancellation.CancelCallee();
    }

    /// <summary>Says who calls what, before the call is sent.</summary>
    internal void Address(GrainReference target, GrainMethod method, Activation? caller)
    {
        Target = target;
        Method = method;
        Caller = caller;
    }
}
