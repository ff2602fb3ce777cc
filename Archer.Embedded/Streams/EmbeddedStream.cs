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
        return provider.PublishAsync(id, (number, context) => new ItemsEvent<T>(number, context, items));
    }

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        T[] items = [.. batch.Select(DeepCopy.Of)];
        return items.Length == 0
            ? Task.CompletedTask
            : provider.PublishAsync(id, (number, context) => new ItemsEvent<T>(number, context, items));
    }

    /// <summary>Orleans' persistent streams have no end either.</summary>
    public Task OnCompletedAsync() => throw new NotImplementedException("OnCompletedAsync is not implemented: streams have no end.");

    /// <inheritdoc cref="OnCompletedAsync"/>
    public Task OnErrorAsync(Exception ex) => throw new NotImplementedException("OnErrorAsync is not implemented: streams have no end.");

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

    public async Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles() =>
        [.. (await provider.SubscriptionsOfCallerAsync(id)).Select(subscription => new SubscriptionHandle<T>(provider, subscription))];

    public bool Equals(IAsyncStream<T>? other) => other is not null && ProviderName == other.ProviderName && id == other.StreamId;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => id.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : id.CompareTo(other.StreamId);

    private async Task<StreamSubscriptionHandle<T>> Subscribe(IStreamReceiver receiver) =>
        new SubscriptionHandle<T>(provider, await provider.SubscribeAsync(id, receiver));
}
