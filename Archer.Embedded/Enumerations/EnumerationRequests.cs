using Archer.Embedded.Activations;
using Archer.Embedded.Calls;
using Orleans.Runtime;

namespace Archer.Embedded.Enumerations;

/// <summary>A step of an enumeration. Interleaves, as the enumeration itself spans many turns.</summary>
internal abstract class EnumerationRequest<T>(Guid id) : Request
{
    private readonly TaskCompletionSource<Batch<T>> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid Id { get; } = id;

    public Task<Batch<T>> Response => _response.Task;

    internal override bool AlwaysInterleaves => true;

    internal override bool IsLocal => true;

    /// <summary>Answered at once then: enumerations have been aborted.</summary>
    internal override bool MayStartWhileLeaving(Activation activation) => IsLocal;

    internal override void Reject(Exception reason) => _response.TrySetException(reason);

    internal override void Complete(Activation activation, Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            Answer(((Task<Batch<T>>)task).GetAwaiter().GetResult());
        }
        else if (task.IsCanceled)
        {
            _response.TrySetCanceled();
        }
        else
        {
            _response.TrySetException(task.Exception!.InnerExceptions);
        }
    }

    protected void Answer(Batch<T> batch) => _response.TrySetResult(batch);

    protected static Enumeration<T>? Find(Activation activation, Guid id) =>
        activation.ExtrasOrNull?.Enumerations is { } all && all.TryGetValue(id, out var found) ? (Enumeration<T>)found : null;
}

/// <summary>Asks for the next elements; with a call, for the first.</summary>
internal sealed class FetchRequest<T>(Guid id, EnumerableCall<T>? call, GrainMethod method, int maxBatchSize, CancellationToken caller) : EnumerationRequest<T>(id)
{
    /// <summary>A beginning goes to the next activation: there is nothing of it in this one.</summary>
    internal override bool IsLocal => call is null;

    /// <summary>That the caller is done may have overtaken a beginning that waited: nobody would ever end it.</summary>
    internal override bool IsAbandoned => call is not null && caller.IsCancellationRequested;

    internal override Task Invoke(Activation activation)
    {
        var enumeration = call is null ? Find(activation, Id) : Enumeration<T>.Start(activation, Id, call);
        return enumeration?.FetchAsync(maxBatchSize) ?? Task.FromException<Batch<T>>(new EnumerationAbortedException(
            $"The enumeration of {method} ended because the activation of grain {activation.GrainId} that ran it is gone."));
    }
}

/// <summary>The caller is done with the enumeration.</summary>
internal sealed class EndRequest<T>(Guid id) : EnumerationRequest<T>(id)
{
    internal override async Task Invoke(Activation activation)
    {
        if (Find(activation, Id) is { } enumeration)
        {
            await enumeration.EndForCallerAsync();
        }
    }

    internal override void Complete(Activation activation, Task task) =>
        base.Complete(activation, task.IsCompletedSuccessfully ? Task.FromResult(Batch<T>.End) : task);

    /// <summary>Whoever ran the enumeration is gone, and it with them.</summary>
    internal override void Reject(Exception reason) => Answer(Batch<T>.End);
}
