using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Archer.Client.CommandLine;

/// <summary>The usual help, then the command's examples and the exit codes.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    // The same on every screen, so that the documentation shows what a reader sees.
    private const int Width = 110;
    private readonly HelpAction _usual = new() { MaxWidth = Width };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        using var usual = new StringWriter { NewLine = "\n" };
        var shown = parseResult.InvocationConfiguration.Output;
        parseResult.InvocationConfiguration.Output = usual;
        _usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = shown;
        foreach (var line in usual.ToString().TrimEnd().Split('\n'))
        {
            output.WriteLine(line.TrimEnd());
        }

        if (parseResult.CommandResult.Command is ArcherCommand { Examples: { IsEmpty: false } examples })
        {
            output.WriteLine();
            output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }
        }
        output.WriteLine();
        output.WriteLine("Exit codes: 0 done, 1 failed, 2 asked wrongly (nothing done), 130 interrupted.");
        return ExitCodes.Success;
    }
}
