using System.CommandLine;
using System.CommandLine.Invocation;
using Archer.Client.CommandLine;

namespace Archer.Client;

internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("Talks to an Archer silo over its HTTP API.") { SimulateCommand.Create(Console.Out, Console.Error) };
        var parsed = root.Parse(arguments);
        // After a mistake the message alone is read; the whole help would push it off the screen.
        if (parsed.Action is ParseErrorAction mistake)
            mistake.ShowHelp = false;
        return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
