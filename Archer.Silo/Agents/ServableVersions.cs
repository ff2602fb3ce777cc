using Archer.Client;
using Archer.Client.Agents;
using Archer.Grains.Policies;

namespace Archer.Silo.Agents;

/// <summary>Marks an agent's versions that can still be served, as far as the policy server says so soon: a reader never waits for one that is away.</summary>
internal sealed class ServableVersions(IPolicyClient policy, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<AgentView> MarkAsync(AgentView agent, CancellationToken cancellationToken)
    {
        if (agent.Versions.IsEmpty)
        {
            return agent;
        }

        using var late = new CancellationTokenSource(Patience, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            HashSet<string> available = [.. await policy.ListAsync(agent.Name, ended.Token)];
            return agent with { Versions = [.. agent.Versions.Select(version => version with { Servable = available.Contains(version.Version) })] };
        }
        catch (Exception exception) when (exception is PolicyUnavailableException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return agent;
        }
    }
}
