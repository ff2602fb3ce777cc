using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Retention;

/// <summary>Has the cluster look for what has expired, as long as a silo runs.</summary>
internal sealed partial class RetentionSchedule(
    IGrainFactory grains, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSchedule> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            LogSwept(await grains.GetGrain<IRetentionGrain>(0).SweepAsync(stoppingToken));
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            // Whatever it was, the next look finds what this one left.
            LogFailed(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Conversations} expired conversations were removed")]
    private partial void LogSwept(int conversations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for expired conversations failed; trying again")]
    private partial void LogFailed(Exception exception);
}
