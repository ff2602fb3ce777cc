using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>A stream, whatever its items.</summary>
public interface IAsyncStream
{
    /// <summary>Whether a subscriber may begin in the past.</summary>
    bool IsRewindable { get; }

    /// <summary>Name of the provider.</summary>
    string ProviderName { get; }

    /// <summary>Namespace and key.</summary>
    StreamId StreamId { get; }
}

/// <summary>A stream: write to it, subscribe to it. Items arrive in order, each at least once, in the background.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
public interface IAsyncStream<T>
    : IAsyncStream, IEquatable<IAsyncStream<T>>, IComparable<IAsyncStream<T>>, IAsyncObservable<T>, IAsyncBatchObservable<T>, IAsyncBatchProducer<T>
{
    /// <summary>The subscriptions of the grain that asks, to be resumed after activation.</summary>
    Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles();
}
