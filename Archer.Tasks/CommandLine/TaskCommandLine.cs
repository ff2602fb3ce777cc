using System.CommandLine;
using Archer.Client.CommandLine;

namespace Archer.Tasks.CommandLine;

/// <summary>The whole command line <c>archer</c>: that of Archer.Client, and the commands that play tasks.</summary>
public static class TaskCommandLine
{
    /// <summary>All commands.</summary>
    public static Command Create(Terminal terminal) => ArcherCommandLine.Create(terminal, SimulateCommand.Create(terminal));
}
