using System.CommandLine;
using System.Text.Json;
using Archer.Client.Agents;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Agents;

/// <summary>The command <c>agents</c>.</summary>
internal static class AgentsCommand
{
    public static Command Create(Terminal terminal)
    {
        var connection = new ConnectionOptions(terminal);
        var json = new Option<bool>("--json") { Description = "Print the agents and their configuration as one line of JSON." };
        var command = new ArcherCommand("agents", "Lists the agents and the policy versions that serve them.")
        {
            Examples = ["archer agents"],
            Options = { json },
        };
        connection.AddTo(command);
        return command.Runs(terminal, async (arguments, cancellationToken) =>
        {
            using var client = connection.Open(arguments);
            var agents = await client.ReadAgentsAsync(cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(json))
            {
                await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(agents, ArcherJson.Default.AgentList)).ConfigureAwait(false);
            }
            else
            {
                Table(agents).WriteTo(terminal);
            }

            return ExitCodes.Success;
        });
    }

    private static Columns Table(AgentList agents)
    {
        var table = new Columns("agent", "serves", "before", "canary", "#versions", "#turn limit");
        foreach (var agent in agents.Agents)
        {
            table.Add(
                agent.Name,
                agent.Current,
                Shown.Text(agent.Previous),
                agent.Candidate is null ? Shown.Text(null) : $"{agent.Candidate} ({Shown.Number(100 * agent.CanaryShare, "0.##")} %)",
                Shown.Count(agent.Versions.Length),
                Shown.Count(agent.Definition.TurnLimit));
        }
        return table;
    }
}
