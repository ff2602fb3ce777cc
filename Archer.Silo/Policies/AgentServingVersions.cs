using Archer.Client;
using Archer.Grains.Agents;
using Archer.Policy.Serving.Versions;

namespace Archer.Silo.Policies;

/// <summary>The agents' grains decide which version serves; nobody decides for a directory of versions that belongs to no agent.</summary>
internal sealed class AgentServingVersions(AgentCatalog catalog, IGrainFactory grains) : IServingVersions
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public async Task<string?> AskAsync(string agent, CancellationToken cancellationToken)
    {
        if (catalog.Find(agent) is null)
        {
            return null;
        }

        try
        {
            return (await grains.GetGrain<IAgentGrain>(agent).GetServingAsync().WaitAsync(cancellationToken)).Version;
        }
        catch (OrleansException failure)
        {
            throw new PolicyUnavailableException($"Agent {agent} did not say which version serves.", RetryAfter, failure);
        }
    }
}
