using System.CommandLine;
using Archer.Client.CommandLine.Agents;
using Archer.Client.CommandLine.Bench;
using Archer.Client.CommandLine.Chat;
using Archer.Client.CommandLine.Conversations;
using Archer.Client.CommandLine.Status;
using Archer.Client.CommandLine.Versions;

namespace Archer.Client.CommandLine;

/// <summary>The command line <c>archer</c>.</summary>
public static class ArcherCommandLine
{
    /// <summary>All commands of a silo's user.</summary>
    /// <param name="terminal">Where they read and write.</param>
    /// <param name="more">Commands of other projects.</param>
    public static Command Create(Terminal terminal, params IEnumerable<Command> more)
    {
        var root = new ArcherCommand("archer", "Talks to an Archer silo: chat, watch it learn, look at conversations, choose what serves, measure.")
        {
            Examples = ["archer chat", "archer status", "archer agents --url https://archer.example.org --key $KEY"],
            Subcommands =
            {
                ChatCommand.Create(terminal),
                StatusCommand.Create(terminal),
                AgentsCommand.Create(terminal),
                ConversationsCommand.Create(terminal),
                VersionsCommand.Create(terminal),
                BenchCommand.Create(terminal),
            },
        };
        foreach (var command in more)
        {
            root.Subcommands.Add(command);
        }

        return root.Groups(terminal);
    }
}
