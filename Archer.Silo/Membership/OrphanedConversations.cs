using Archer.Grains;

namespace Archer.Silo.Membership;

/// <summary>
/// When a silo is gone, has the watches look at their conversations: one that ended on it may still owe its last rows to the replay buffer, and its watch,
/// which lives elsewhere, would find that only after the idle time-out. Every silo asks; a watch looks once.
/// </summary>
internal sealed partial class OrphanedConversations(
    ISiloStatusOracle silos, IGrainFactory grains, IHostApplicationLifetime lifetime, ILogger<OrphanedConversations> logger) : IHostedService, ISiloStatusListener
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
            // Off the oracle's thread.
            _ = Task.Run(() => LookAsync(updatedSilo));
        }
    }

    private async Task LookAsync(SiloAddress gone)
    {
        try
        {
            await grains.LookAtConversationsAsync(gone.ToString(), lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The silos that stay do so too.
        }
        catch (Exception failure)
        {
            // Nobody waits for this task.
            LogFailed(gone, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} is gone, and not every watch could be asked to look at its conversations: it does so at their idle time-out")]
    private partial void LogFailed(SiloAddress silo, Exception exception);
}
