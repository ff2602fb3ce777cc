namespace Archer.Grains.Conversations;

/// <summary>How conversations are looked after. Section <c>Archer:Conversations</c>.</summary>
public sealed class ConversationOptions
{
    /// <summary>Time after which a transition without an acknowledgement is sent again. Default: 5 seconds.</summary>
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Time in which a silo gathers finished transitions before it publishes them: the longer, the fewer calls a turn costs, and the later the learner
    /// sees them. No turn waits for it. Default: 100 milliseconds.
    /// </summary>
    public TimeSpan PublishInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time between two looks for idle conversations. Default: 1 second.</summary>
    public TimeSpan WatchPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Conversations that one shard's watch looks at side by side. Default: 16.</summary>
    public int WatchConcurrency { get; set; } = 16;

    /// <summary>What a caller is told to wait when a state could not be stored. Default: 1 second.</summary>
    public TimeSpan StorageRetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Transitions that one replay writer keeps in memory; more are dropped and sent again by their conversations. Default: 65,536.</summary>
    public int WriterCapacity { get; set; } = 65_536;
}
