using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Archer.Embedded.Streams;

/// <summary>A subscription as its subscriber sees it.</summary>
[Immutable]
internal sealed class SubscriptionHandle<T>(MemoryStreamProvider provider, StreamSubscription subscription) : StreamSubscriptionHandle<T>
{
    public override StreamId StreamId => subscription.Stream;

    public override string ProviderName => provider.Name;

    public override Guid HandleId => subscription.Id;

    public override Task UnsubscribeAsync() => provider.UnsubscribeAsync(subscription);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null) =>
        Attach(new ItemReceiver<T>(observer), token);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null) =>
        Attach(new BatchReceiver<T>(observer), token);

    public override bool Equals(StreamSubscriptionHandle<T>? other) =>
        other is not null && HandleId == other.HandleId && StreamId == other.StreamId && ProviderName == other.ProviderName;

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => HandleId.GetHashCode();

    private Task<StreamSubscriptionHandle<T>> Attach(IStreamReceiver receiver, StreamSequenceToken? token)
    {
        Rewinding.Refuse(token);
        provider.Attach(subscription, receiver);
        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }
}

/// <summary>Streams in memory begin now.</summary>
internal static class Rewinding
{
    public static void Refuse(StreamSequenceToken? token)
    {
        if (token is not null)
        {
            throw new ArgumentException("A sequence token was given to a stream that cannot rewind.", nameof(token));
        }
    }
}
