using System.CommandLine;
using Archer.Client.CommandLine.Agents;
using Archer.Client.CommandLine.Bench;
using Archer.Client.CommandLine.Chat;
using Archer.Client.CommandLine.Conversations;
using Archer.Client.CommandLine.Simulate;
using Archer.Client.CommandLine.Status;
using Archer.Client.CommandLine.Versions;

namespace Archer.Client.CommandLine;

/// <summary>The command line <c>archer</c>.</summary>
internal static class ArcherCommandLine
{
    public static Command Create(Terminal terminal) => new ArcherCommand("archer", "Talks to an Archer silo: chat, watch it learn, look at conversations, choose what serves, measure.")
    {
        Examples = ["archer chat", "archer status", "archer agents --url https://archer.example.org --key $KEY"],
        Subcommands =
        {
            ChatCommand.Create(terminal),
            StatusCommand.Create(terminal),
            AgentsCommand.Create(terminal),
            ConversationsCommand.Create(terminal),
            VersionsCommand.Create(terminal),
            SimulateCommand.Create(terminal),
            BenchCommand.Create(terminal),
        },
    }.Groups(terminal);
}
