using Archer.Embedded.Copying;
using Orleans.Streams;

namespace Archer.Embedded.Streams;

/// <summary>The observer of a subscription, wherever it lives.</summary>
internal interface IStreamReceiver
{
    /// <summary>Hands events over, in order. A failure asks for all of them again.</summary>
    Task ReceiveAsync(IReadOnlyList<StreamEvent> events);

    /// <summary>Tells that events were given up.</summary>
    Task FailAsync(Exception exception);
}

/// <summary>Hands items over one by one.</summary>
internal sealed class ItemReceiver<T>(IAsyncObserver<T> observer) : IStreamReceiver
{
    public async Task ReceiveAsync(IReadOnlyList<StreamEvent> events)
    {
        foreach (var streamEvent in events)
        {
            switch (streamEvent)
            {
                case ItemsEvent<T> items:
                    for (var i = 0; i < items.Items.Length; i++)
                    {
                        await observer.OnNextAsync(DeepCopy.Of(items.Items[i]), items.Token(i));
                    }

                    break;
                default:
                    throw WrongItem.In(streamEvent, typeof(T));
            }
        }
    }

    public Task FailAsync(Exception exception) => observer.OnErrorAsync(exception);
}

/// <summary>Hands items over in batches.</summary>
internal sealed class BatchReceiver<T>(IAsyncBatchObserver<T> observer) : IStreamReceiver
{
    public async Task ReceiveAsync(IReadOnlyList<StreamEvent> events)
    {
        var batch = new List<SequentialItem<T>>();
        foreach (var streamEvent in events)
        {
            switch (streamEvent)
            {
                case ItemsEvent<T> items:
                    batch.AddRange(items.Items.Select((item, i) => new SequentialItem<T>(DeepCopy.Of(item), items.Token(i))));
                    break;
                default:
                    throw WrongItem.In(streamEvent, typeof(T));
            }
        }

        await HandOver(batch);
    }

    public Task FailAsync(Exception exception) => observer.OnErrorAsync(exception);

    private Task HandOver(List<SequentialItem<T>> batch) => batch.Count == 0 ? Task.CompletedTask : observer.OnNextAsync(batch);
}

/// <summary>A stream carries items of another type than its subscriber expects.</summary>
internal static class WrongItem
{
    public static InvalidCastException In(StreamEvent streamEvent, Type expected) =>
        new($"A stream subscriber expects items of {expected}, got {streamEvent.GetType().GetGenericArguments().FirstOrDefault()}.");
}
