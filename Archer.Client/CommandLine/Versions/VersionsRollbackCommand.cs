using System.CommandLine;

namespace Archer.Client.CommandLine.Versions;

/// <summary>The command <c>versions rollback</c>.</summary>
internal static class VersionsRollbackCommand
{
    public static Command Create(Terminal terminal)
    {
        var connection = new ConnectionOptions(terminal);
        var agent = AgentOption.New();
        var json = new Option<bool>("--json") { Description = "Print the agent as it is afterwards as one line of JSON." };
        var command = new ArcherCommand("rollback", "Goes back to the policy version that served before, and ends the canary.")
        {
            Examples = ["archer versions rollback"],
            Options = { agent, json },
        };
        connection.AddTo(command);
        return command.Runs(terminal, async (arguments, cancellationToken) =>
        {
            using var client = connection.Open(arguments);
            var before = await AgentOption.ResolveAsync(client, arguments.GetValue(agent), cancellationToken).ConfigureAwait(false);
            var after = await client.RollBackAsync(before.Name, cancellationToken).ConfigureAwait(false);
            await terminal.Output.WriteLineAsync(ServingLine.Of(after, arguments.GetValue(json))).ConfigureAwait(false);
            return ExitCodes.Success;
        });
    }
}
