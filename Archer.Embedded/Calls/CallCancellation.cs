using Archer.Embedded.Activations;

namespace Archer.Embedded.Calls;

/// <summary>Passes the caller's cancellation on: the caller stops waiting, the callee's token is cancelled in a turn of the callee.</summary>
internal sealed class CallCancellation(CancellationToken callerToken) : IDisposable
{
    private readonly CancellationTokenSource _callee = new();
    private CancellationTokenRegistration _registration;
    private Activation? _activation;

    public CancellationToken CallerToken { get; } = callerToken;

    public CancellationToken CalleeToken => _callee.Token;

    /// <summary>Begins to listen to the caller.</summary>
    public void Listen(Invocation invocation)
    {
        if (CallerToken.CanBeCanceled)
        {
            _registration = CallerToken.UnsafeRegister(static state => ((Invocation)state!).OnCallerCancelled(), invocation);
        }
    }

    /// <summary>The call runs there now.</summary>
    public void RunsIn(Activation activation) => Volatile.Write(ref _activation, activation);

    /// <summary>Cancels the callee's token, in a turn when the call runs already.</summary>
    public void CancelCallee()
    {
        if (Volatile.Read(ref _activation) is { } activation)
        {
            activation.Post(new CancelItem(_callee));
        }
        else
        {
            _callee.Cancel();
        }
    }

    // Without waiting for a callback that runs just now: it may be one that waits for this turn.
    public void Dispose() => _registration.Unregister();

    private sealed class CancelItem(CancellationTokenSource callee) : WorkItem
    {
        internal override void Run(Activation activation)
        {
            try
            {
                callee.Cancel();
            }
            catch (AggregateException exception)
            {
                // Host boundary: a callback of the grain failed.
                activation.ReportCallbackFailure(exception);
            }
        }
    }
}
