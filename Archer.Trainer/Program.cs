using System.CommandLine;
using System.CommandLine.Invocation;
using Archer.Trainer.CommandLine;

namespace Archer.Trainer;

internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("Trains policies of Archer agents.")
        {
            MakeDataCommand.Create(Console.Out),
            SftCommand.Create(Console.Out),
            RunCommand.Create(Console.Error),
        };
        var parsed = root.Parse(arguments);
        // After a mistake the message alone is read; the whole help would push it off the screen.
        if (parsed.Action is ParseErrorAction mistake)
            mistake.ShowHelp = false;
        return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
