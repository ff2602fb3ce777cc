using Archer.Grains.Agents;
using Archer.Grains.Policies;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Archer.Silo.Health;

/// <summary>Whether the policy server answers. It is asked for the versions of the first agent.</summary>
internal sealed class PolicyServerCheck(AgentCatalog catalog, IPolicyClient policy) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        foreach (var agent in catalog.Names.Take(1))
        {
            await policy.ListAsync(agent, cancellationToken).WaitAsync(cancellationToken);
        }

        return HealthCheckResult.Healthy();
    }
}
