using System.CommandLine;

namespace Archer.Client.CommandLine.Versions;

/// <summary>The command <c>versions</c>, which has commands of its own.</summary>
internal static class VersionsCommand
{
    public static Command Create(Terminal terminal) => new ArcherCommand("versions", "Lists an agent's policy versions and chooses the one that serves.")
    {
        Examples = ["archer versions list", "archer versions serve v000012 --canary-share 0.1", "archer versions rollback"],
        Subcommands = { VersionsListCommand.Create(terminal), VersionsServeCommand.Create(terminal), VersionsRollbackCommand.Create(terminal) },
    }.Groups(terminal);
}
