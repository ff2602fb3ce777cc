using Archer.Embedded.Copying;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Archer.Embedded.Streams;

/// <summary>A stream of a provider.</summary>
[Immutable]
internal sealed class EmbeddedStream<T>(MemoryStreamProvider provider, StreamId id) : IAsyncStream<T>
{
    public bool IsRewindable => provider.IsRewindable;

    public string ProviderName => provider.Name;

    public StreamId StreamId => id;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null)
    {
        T[] items = [DeepCopy.Of(item)];
        provider.Publish(id, (number, context) => new ItemsEvent<T>(number, context, items));
        return Task.CompletedTask;
    }

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        T[] items = [.. batch.Select(DeepCopy.Of)];
        if (items.Length > 0)
        {
            provider.Publish(id, (number, context) => new ItemsEvent<T>(number, context, items));
        }

        return Task.CompletedTask;
    }

    public Task OnCompletedAsync()
    {
        provider.Publish(id, static (number, context) => new EndEvent(number, context, null));
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex)
    {
        provider.Publish(id, (number, context) => new EndEvent(number, context, ex));
        return Task.CompletedTask;
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => Subscribe(new ItemReceiver<T>(observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        Rewinding.Refuse(token);
        return SubscribeAsync(observer);
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => Subscribe(new BatchReceiver<T>(observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token)
    {
        Rewinding.Refuse(token);
        return SubscribeAsync(observer);
    }

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles() => Task.FromResult<IList<StreamSubscriptionHandle<T>>>(
        [.. provider.SubscriptionsOfCaller(id).Select(subscription => new SubscriptionHandle<T>(provider, subscription))]);

    public bool Equals(IAsyncStream<T>? other) => other is not null && ProviderName == other.ProviderName && id == other.StreamId;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => id.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : id.CompareTo(other.StreamId);

    private Task<StreamSubscriptionHandle<T>> Subscribe(IStreamReceiver receiver) =>
        Task.FromResult<StreamSubscriptionHandle<T>>(new SubscriptionHandle<T>(provider, provider.Subscribe(id, receiver)));
}
