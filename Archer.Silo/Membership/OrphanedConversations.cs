using System.Globalization;
using Archer.Client.Conversations;
using Archer.Grains.Replay;

namespace Archer.Silo.Membership;

/// <summary>
/// When a silo is gone, has the watches look at their conversations: one that ended on it may still owe its last rows to the replay buffer, and its watch,
/// which lives elsewhere, would find that only after the idle time-out. Every silo does so; looking twice costs a read.
/// </summary>
internal sealed partial class OrphanedConversations(ISiloStatusOracle silos, IGrainFactory grains, TimeProvider time, ILogger<OrphanedConversations> logger)
    : IHostedService, ISiloStatusListener
{
    private const int Attempts = 15;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

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
            // Off the oracle's thread.
            _ = Task.Run(() => Task.WhenAll(Enumerable.Range(0, TransitionStream.Shards).Select(LookAsync)));
        }
    }

    /// <summary>A watch that was on the silo itself can be reached once the directory knows that it is gone.</summary>
    private async Task LookAsync(int shard)
    {
        var watch = grains.GetGrain<IConversationWatchGrain>(shard.ToString(CultureInfo.InvariantCulture));
        for (var left = Attempts; left > 0; left--)
        {
            try
            {
                await watch.LookAsync();
                return;
            }
            catch (Exception failure)
            {
                LogRetry(shard, failure.Message);
                await Task.Delay(Pause, time);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The watch of shard {Shard} cannot be reached yet: {Reason}")]
    private partial void LogRetry(int shard, string reason);
}
