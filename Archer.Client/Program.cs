using Archer.Client.CommandLine;

namespace Archer.Client;

internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        var terminal = Terminal.OfProcess();
        return CommandApplication.RunAsync(ArcherCommandLine.Create(terminal), arguments, terminal);
    }
}
