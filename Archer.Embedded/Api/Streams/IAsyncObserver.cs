namespace Orleans.Streams;

/// <summary>Receives the items of a stream.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
public interface IAsyncObserver<in T>
{
    /// <summary>The next item. A failed task asks for the item again.</summary>
    /// <param name="item">The item.</param>
    /// <param name="token">Its place in the stream.</param>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);

    /// <summary>The stream ended.</summary>
    Task OnCompletedAsync();

    /// <summary>The producer reported an error, or an item could not be delivered for too long.</summary>
    Task OnErrorAsync(Exception ex);
}

/// <summary>Receives the items of a stream in batches.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
public interface IAsyncBatchObserver<T>
{
    /// <summary>The next items. A failed task asks for all of them again.</summary>
    Task OnNextAsync(IList<SequentialItem<T>> items);

    /// <summary>The stream ended.</summary>
    Task OnCompletedAsync();

    /// <summary>The producer reported an error, or an item could not be delivered for too long.</summary>
    Task OnErrorAsync(Exception ex);
}

/// <summary>Takes items one by one or in batches.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
public interface IAsyncBatchProducer<in T> : IAsyncObserver<T>
{
    /// <summary>Writes several items at once.</summary>
    Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null);
}

/// <summary>An item and its place in the stream.</summary>
/// <typeparam name="T">Type of the item.</typeparam>
/// <param name="item">The item.</param>
/// <param name="token">Its place.</param>
public class SequentialItem<T>(T item, StreamSequenceToken token)
{
    /// <summary>The item.</summary>
    public T Item { get; } = item;

    /// <summary>Its place in the stream.</summary>
    public StreamSequenceToken Token { get; } = token;
}
