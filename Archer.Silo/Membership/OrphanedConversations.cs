using System.Globalization;
using Archer.Client.Conversations;
using Archer.Grains.Replay;

namespace Archer.Silo.Membership;

/// <summary>
/// When a silo is gone, has the watches look at their conversations: one that ended on it may still owe its last rows to the replay buffer, and its watch,
/// which lives elsewhere, would find that only after the idle time-out. Every silo does so; looking twice costs a read.
/// </summary>
internal sealed class OrphanedConversations(ISiloStatusOracle silos, IGrainFactory grains) : IHostedService, ISiloStatusListener
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead && !updatedSilo.Equals(silos.SiloAddress))
        {
            // Off the oracle's thread. The calls are one-way: a watch that does not get one looks when it is activated anew.
            _ = Task.Run(() => Task.WhenAll(Enumerable.Range(0, TransitionStream.Shards)
                .Select(shard => grains.GetGrain<IConversationWatchGrain>(shard.ToString(CultureInfo.InvariantCulture)).LookAsync())));
        }
    }
}
