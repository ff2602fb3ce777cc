using Archer.Client.CommandLine;
using Archer.Trainer.CommandLine;

namespace Archer.Trainer;

internal static class Program
{
    internal static Task<int> Main(string[] arguments)
    {
        var terminal = Terminal.OfProcess();
        return CommandApplication.RunAsync(TrainerCommandLine.Create(terminal), arguments, terminal);
    }
}
