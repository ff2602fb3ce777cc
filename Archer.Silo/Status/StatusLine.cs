using System.Globalization;
using Archer.Client.Agents;
using Archer.Grains.Agents;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Status;

/// <summary>Prints one line per agent every few seconds: the numbers of <c>GET /v1/agents/{name}/metrics</c>.</summary>
internal sealed partial class StatusLine(
    AgentCatalog catalog, IGrainFactory grains, IOptions<SiloOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, TextWriter console,
    ILogger<StatusLine> logger)
    : BackgroundService
{
    /// <summary>The numbers as one line.</summary>
    internal static string Format(AgentMetrics metrics) => string.Create(
        CultureInfo.InvariantCulture,
        $"{metrics.Agent}  conversations {metrics.Conversations:N0}  mean return (last 200) {Number(metrics.MeanReturnLast200, "F2")}  "
        + $"policy {metrics.PolicyVersion}{(metrics.FallbackFrom is { } left ? $" (for {left})" : "")}  turns/s {metrics.TurnsPerSecond:F0}  replay rows {metrics.ReplayRows:N0}  "
        + $"critic loss {Number(metrics.CriticLoss, "G4")}  actor loss {Number(metrics.ActorLoss, "G4")}");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Before the silo is active, and once it leaves, no agent could be asked.
        if (options.Value.StatusSeconds == 0 || !await lifetime.HasStartedAsync(stoppingToken))
        {
            return;
        }

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.StatusSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(leaving.Token))
            {
                foreach (var name in catalog.Names)
                {
                    await PrintAsync(name, leaving.Token);
                }
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The host stops, perhaps before it has started: nothing to tell.
        }
    }

    private async Task PrintAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await console.WriteLineAsync(Format(await grains.GetGrain<IAgentGrain>(name).GetMetricsAsync(cancellationToken)));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A line that cannot be printed is no reason to stop the silo.
            LogFailed(name, exception);
        }
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The numbers of agent {Agent} could not be read")]
    private partial void LogFailed(string agent, Exception exception);
}
