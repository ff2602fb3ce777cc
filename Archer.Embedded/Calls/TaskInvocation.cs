using Archer.Embedded.Activations;
using Archer.Embedded.Copying;
using Archer.Embedded.Filters;

namespace Archer.Embedded.Calls;

/// <summary>A call whose method returns a result.</summary>
/// <typeparam name="TResult">The result, or <see cref="Nothing"/>.</typeparam>
internal abstract class TaskInvocation<TResult> : Invocation
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the caller awaits.</summary>
    internal Task<TResult> Response => _completion.Task;

    internal override bool IsAbandoned => _completion.Task.IsCompleted && !Method.IsOneWay;

    internal sealed override bool TryFail(Exception exception) => _completion.TrySetException(exception);

    internal sealed override bool TryCancel(CancellationToken token) => _completion.TrySetCanceled(token);

    /// <summary>The caller of a one-way method does not wait.</summary>
    internal void Release() => _completion.TrySetResult(default!);

    internal sealed override Task Invoke(Activation activation)
    {
        Cancellation?.RunsIn(activation);
        var filters = activation.Silo.Filters;
        return filters.Length == 0 && activation.GrainInstance is not Orleans.IIncomingGrainCallFilter
            ? Call(activation.GrainInstance!)
            : new IncomingCall<TResult>(this, activation, filters).RunAsync();
    }

    internal override void Complete(Activation activation, Task task)
    {
        activation.Silo.Pending.Remove(this);
        Cancellation?.Dispose();
        if (task.IsCompletedSuccessfully)
        {
            Succeed(task);
        }
        else if (task.IsCanceled)
        {
            _completion.TrySetCanceled();
        }
        else if (!_completion.TrySetException(task.Exception!.InnerExceptions))
        {
            activation.ReportUnseenFailure(Method, task.Exception.InnerExceptions[0]);
        }
    }

    /// <summary>Calls the method on an instance. Compiled per method.</summary>
    public abstract Task Call(object grain);

    private void Succeed(Task task)
    {
        // A method that returns Task has no result to hand over.
        if (typeof(TResult) == typeof(Nothing))
        {
            _completion.TrySetResult(default!);
            return;
        }

        try
        {
            _completion.TrySetResult(DeepCopy.Of(((Task<TResult>)task).GetAwaiter().GetResult()));
        }
        catch (Exception exception)
        {
            // The result cannot be copied: the caller learns it.
            _completion.TrySetException(exception);
        }
    }
}

/// <summary>The result of methods that have none.</summary>
internal readonly struct Nothing;
