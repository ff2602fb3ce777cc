using Archer.Embedded.Activations;
using Orleans.Runtime;

namespace Archer.Embedded.Calls;

/// <summary>Sends calls. Proxies call it.</summary>
internal static class GrainCalls
{
    /// <summary>Sends a call to the grain that a reference means.</summary>
    /// <param name="target">The reference.</param>
    /// <param name="invocation">The call with its arguments.</param>
    /// <param name="method">Number of the method in <see cref="GrainProxy.Methods"/>.</param>
    public static Task<TResult> Send<TResult>(GrainReference target, TaskInvocation<TResult> invocation, int method)
    {
        var reference = target.Target;
        var called = reference.Proxy!.Methods[method];
        invocation.Address(target, called, Activation.Current);
        invocation.Context = RequestContext.Values.Value;
        if (invocation.Cancellation is { } cancellation)
        {
            if (cancellation.CallerToken.IsCancellationRequested)
            {
                return Task.FromCanceled<TResult>(cancellation.CallerToken);
            }

            cancellation.Listen(invocation);
        }

        if (called.IsOneWay)
        {
            reference.Class.Send(target.Key, invocation);
            invocation.Release();
        }
        else
        {
            reference.Class.Silo.Pending.Add(invocation);
            reference.Class.Send(target.Key, invocation);
        }

        return invocation.Response;
    }
}
