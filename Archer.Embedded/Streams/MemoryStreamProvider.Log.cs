using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Archer.Embedded.Streams;

internal sealed partial class MemoryStreamProvider
{
    /// <summary>A grain got an item and did not attach an observer.</summary>
    public void ReportNoObserver(GrainId grain, StreamSubscription subscription) => LogNoObserver(logger, grain, subscription.Id, subscription.Stream);

    public void ReportRetry(Exception exception, StreamSubscription subscription, TimeSpan delay) =>
        LogRetry(logger, exception, subscription.Id, subscription.Stream, delay);

    public void ReportGivenUp(Exception exception, StreamSubscription subscription, int events) =>
        LogGivenUp(logger, exception, events, subscription.Id, subscription.Stream);

    [LoggerMessage(1201, LogLevel.Warning, "Grain {Grain} has no observer for subscription {Subscription} to stream {Stream}: the item is dropped")]
    private static partial void LogNoObserver(ILogger logger, GrainId grain, Guid subscription, StreamId stream);

    [LoggerMessage(1202, LogLevel.Debug, "Subscription {Subscription} to stream {Stream} refused an item, again in {Delay}")]
    private static partial void LogRetry(ILogger logger, Exception exception, Guid subscription, StreamId stream, TimeSpan delay);

    [LoggerMessage(1203, LogLevel.Error, "Gave up {Events} events for subscription {Subscription} to stream {Stream}")]
    private static partial void LogGivenUp(ILogger logger, Exception exception, int events, Guid subscription, StreamId stream);
}
