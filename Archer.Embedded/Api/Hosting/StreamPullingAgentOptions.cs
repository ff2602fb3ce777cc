namespace Orleans.Configuration;

/// <summary>How items reach their subscribers.</summary>
public class StreamPullingAgentOptions
{
    /// <summary>Default of <see cref="MaxEventDeliveryTime"/>.</summary>
    public static readonly TimeSpan DEFAULT_MAX_EVENT_DELIVERY_TIME = TimeSpan.FromMinutes(1);

    /// <summary>Default of <see cref="BatchContainerBatchSize"/>.</summary>
    public static readonly int DEFAULT_BATCH_CONTAINER_BATCH_SIZE = 1;

    /// <summary>How long an item that its subscriber refuses is sent again, before the subscriber is told and the item skipped. Default: 1 minute.</summary>
    public TimeSpan MaxEventDeliveryTime { get; set; } = DEFAULT_MAX_EVENT_DELIVERY_TIME;

    /// <summary>How many writes at most are handed over in one turn. Default: 1.</summary>
    public int BatchContainerBatchSize { get; set; } = DEFAULT_BATCH_CONTAINER_BATCH_SIZE;
}
