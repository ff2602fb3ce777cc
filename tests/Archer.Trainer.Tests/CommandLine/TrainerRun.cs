using Archer.Client.CommandLine;
using Archer.Trainer.CommandLine;

namespace Archer.Trainer.Tests.CommandLine;

/// <summary>What a command line of the trainer did, run in this process.</summary>
internal sealed record TrainerRun(int Code, string Output, string Messages)
{
    /// <summary>Runs the trainer with these arguments as its process would, with no environment variables.</summary>
    public static async Task<TrainerRun> OfAsync(string arguments, CancellationToken cancellationToken = default)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var messages = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal { Output = output, Messages = messages, Variable = _ => null };
        var words = System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(arguments).ToList();
        var code = await CommandApplication.RunAsync(TrainerCommandLine.Create(terminal), words, terminal, cancellationToken);
        return new TrainerRun(code, output.ToString(), messages.ToString());
    }
}
