using Archer.Grains.Agents;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Archer.Silo.Health;

/// <summary>Whether the grain of every agent answers, wherever in the cluster it is active.</summary>
internal sealed class AgentGrainsCheck(AgentCatalog catalog, IGrainFactory grains, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        // Grains leave with the silo: to ask for one then would only fail.
        lifetime.ApplicationStopping.ThrowIfCancellationRequested();
        await Task.WhenAll(catalog.Names.Select(name => grains.GetGrain<IAgentGrain>(name).ReadAsync())).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
