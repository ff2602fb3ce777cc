using System.CommandLine;
using Archer.Client.Agents;

namespace Archer.Client.CommandLine.Versions;

/// <summary>The command <c>versions serve</c>.</summary>
internal static class VersionsServeCommand
{
    public static Command Create(Terminal terminal)
    {
        var connection = new ConnectionOptions(terminal);
        var version = new Argument<string>("version") { Description = "The policy version, such as v000012." };
        var agent = AgentOption.New();
        var share = NumberOption.Optional("--canary-share", "Try it on this share of the conversations only, 0 to 1; the rest stays with what serves.", 0.0, 1.0);
        var json = new Option<bool>("--json") { Description = "Print the agent as it is afterwards as one line of JSON." };
        var command = new ArcherCommand("serve", "Serves a policy version: to everybody, which ends the canary, or as a canary to a share of the conversations.")
        {
            Examples = ["archer versions serve v000012", "archer versions serve v000012 --canary-share 0.1"],
            Arguments = { version },
            Options = { agent, share, json },
        };
        connection.AddTo(command);
        return command.Runs(terminal, async (arguments, cancellationToken) =>
        {
            var chosen = arguments.GetRequiredValue(version);
            var serve = arguments.GetValue(share) is { } part
                ? new ServeVersion { Candidate = chosen, CanaryShare = part }
                : new ServeVersion { Version = chosen };
            using var client = connection.Open(arguments);
            var before = await AgentOption.ResolveAsync(client, arguments.GetValue(agent), cancellationToken).ConfigureAwait(false);
            var after = await client.ServeAsync(before.Name, serve, cancellationToken).ConfigureAwait(false);
            await terminal.Output.WriteLineAsync(ServingLine.Of(after, arguments.GetValue(json))).ConfigureAwait(false);
            return ExitCodes.Success;
        });
    }
}
