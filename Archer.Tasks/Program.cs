using Archer.Client.CommandLine;
using Archer.Tasks.CommandLine;

namespace Archer.Tasks;

internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        var terminal = Terminal.OfProcess();
        return CommandApplication.RunAsync(TaskCommandLine.Create(terminal), arguments, terminal);
    }
}
