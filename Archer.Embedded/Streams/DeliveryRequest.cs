using Archer.Embedded.Activations;
using Orleans.Runtime;
using Orleans.Streams.Core;

namespace Archer.Embedded.Streams;

/// <summary>Hands events to a subscribed grain, as a request like any other.</summary>
/// <param name="provider">The provider.</param>
/// <param name="subscription">The subscription.</param>
/// <param name="deliver">What to do with the observer.</param>
internal sealed class DeliveryRequest(MemoryStreamProvider provider, GrainSubscription subscription, Func<IStreamReceiver, Task> deliver) : Request
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    internal override bool AlwaysInterleaves => false;

    internal override async Task Invoke(Activation activation)
    {
        var receiver = Find(activation);
        if (receiver is null && activation.GrainInstance is IStreamSubscriptionObserver grain)
        {
            await grain.OnSubscribed(new HandleFactory(provider, subscription));
            receiver = Find(activation);
        }

        if (receiver is null)
        {
            provider.ReportNoObserver(activation.GrainId, subscription);
            return;
        }

        await deliver(receiver);
    }

    internal override void Complete(Activation activation, Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            _done.TrySetResult();
        }
        else
        {
            Reject(task.Exception?.InnerExceptions[0] ?? new OperationCanceledException($"A stream observer of grain {activation.GrainId} was cancelled."));
        }
    }

    internal override void Reject(Exception reason) => _done.TrySetException(reason);

    private IStreamReceiver? Find(Activation activation) => activation.ExtrasOrNull?.Receivers?.GetValueOrDefault(subscription.Id);
}

/// <summary>A subscription whose item type the grain knows.</summary>
internal sealed class HandleFactory(MemoryStreamProvider provider, GrainSubscription subscription) : IStreamSubscriptionHandleFactory
{
    public StreamId StreamId => subscription.Stream;

    public string ProviderName => provider.Name;

    public GuidId SubscriptionId => GuidId.GetGuidId(subscription.Id);

    public Orleans.Streams.StreamSubscriptionHandle<T> Create<T>() => new SubscriptionHandle<T>(provider, subscription);
}
