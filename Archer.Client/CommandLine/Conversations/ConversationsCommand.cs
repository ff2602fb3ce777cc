using System.CommandLine;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>The command <c>conversations</c>, which has commands of its own.</summary>
internal static class ConversationsCommand
{
    public static Command Create(Terminal terminal) => new ArcherCommand("conversations", "Lists, shows and exports conversations.")
    {
        Examples = ["archer conversations list", "archer conversations show mine", "archer conversations export --ended --minimum-return -4 --out good.jsonl"],
        Subcommands = { ConversationsListCommand.Create(terminal), ConversationsShowCommand.Create(terminal), ConversationsExportCommand.Create(terminal) },
    }.Groups(terminal);
}
