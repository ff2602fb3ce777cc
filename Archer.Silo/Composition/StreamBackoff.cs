using Orleans.Internal;
using Orleans.Runtime.Providers;

namespace Archer.Silo.Composition;

/// <summary>
/// Wait of a stream's agent between two attempts at a queue or a writer whose silo is gone. Orleans waits 10 to 20 seconds for a queue and up to 30 for a
/// consumer, which holds up a shard of the transitions for minutes.
/// </summary>
internal sealed class StreamBackoff() : FixedBackoff(TimeSpan.FromSeconds(1)), IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider;
