namespace Orleans.Streams;

/// <summary>Can be subscribed to.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
public interface IAsyncObservable<T>
{
    /// <summary>Subscribes. The subscription outlives the activation: after a new activation it is resumed by its handle.</summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer);

    /// <summary>Subscribes from a place in the past on, where the provider can rewind.</summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null);
}

/// <summary>Can be subscribed to in batches.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
public interface IAsyncBatchObservable<T>
{
    /// <summary>Subscribes.</summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer);

    /// <summary>Subscribes from a place in the past on, where the provider can rewind.</summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token);
}
