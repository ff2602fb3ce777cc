using System.Collections.Frozen;
using Archer.Client;
using Archer.Client.Agents;

namespace Archer.Grains.Agents;

/// <summary>The agents of this installation, as they were configured at the start.</summary>
public sealed class AgentCatalog(IEnumerable<AgentDefinition> definitions)
{
    private readonly FrozenDictionary<string, AgentDefinition> _agents = definitions.ToFrozenDictionary(agent => agent.Name);

    /// <summary>The agents' names, in order.</summary>
    public IEnumerable<string> Names => _agents.Keys.Order(StringComparer.Ordinal);

    /// <summary>An agent by name; null when there is none.</summary>
    public AgentDefinition? Find(string name) => _agents.GetValueOrDefault(name);

    /// <summary>The name, when it is an agent's: others never reach a grain.</summary>
    /// <exception cref="AgentNotFoundException">There is no such agent.</exception>
    public string Require(string name) => _agents.ContainsKey(name)
        ? name
        : throw new AgentNotFoundException($"There is no such agent. Agents are: {string.Join(", ", Names)}.");
}
