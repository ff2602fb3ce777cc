using System.CommandLine;
using Archer.Client.Agents;
using Archer.Client.Http;

namespace Archer.Client.CommandLine;

/// <summary>Which agent a command is about: <c>--agent</c>, or the silo's only one.</summary>
public static class AgentOption
{
    /// <summary>The option.</summary>
    public static Option<string?> New() => new("--agent") { Description = "The agent. Without it the silo's only one.", HelpName = "name" };

    /// <summary>The agent that was named, as the silo has it.</summary>
    /// <exception cref="CommandException">It has no such agent, or none was named and it has several.</exception>
    public static async Task<AgentView> ResolveAsync(ArcherClient client, string? name, CancellationToken cancellationToken)
    {
        var agents = (await client.ReadAgentsAsync(cancellationToken).ConfigureAwait(false)).Agents;
        var names = agents.IsEmpty ? "none" : string.Join(", ", agents.Select(agent => agent.Name));
        if (name is null)
        {
            return agents.Length == 1
                ? agents[0]
                : throw new CommandException($"The silo at {client.Address} has {agents.Length} agents ({names}): name one with --agent.");
        }
        return agents.FirstOrDefault(agent => agent.Name == name)
            ?? throw new CommandException($"The silo at {client.Address} has no agent '{name}' (its agents: {names}).");
    }
}
