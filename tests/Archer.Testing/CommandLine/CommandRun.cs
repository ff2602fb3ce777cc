using Archer.Client.CommandLine;
using Archer.Tasks.CommandLine;

namespace Archer.Testing.CommandLine;

/// <summary>What a command line did, run in this process.</summary>
public sealed record CommandRun(int Code, string Output, string Messages)
{
    /// <summary>Runs <c>archer</c> with these arguments as its process would.</summary>
    /// <param name="arguments">Separated by spaces; quotes hold together.</param>
    /// <param name="silo">Becomes ARCHER_URL.</param>
    /// <param name="input">What is typed or piped in.</param>
    /// <param name="interactive">A person types.</param>
    /// <param name="variables">Environment beside ARCHER_URL.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static Task<CommandRun> OfAsync(
        string arguments,
        Uri? silo = null,
        string input = "",
        bool interactive = false,
        IReadOnlyDictionary<string, string>? variables = null,
        CancellationToken cancellationToken = default) =>
        OfAsync(arguments, silo, new StringReader(input), interactive, variables, cancellationToken);

    /// <summary>Runs <c>archer</c> as if a person watched its output.</summary>
    public static Task<CommandRun> WatchedAsync(string arguments, Uri silo, CancellationToken cancellationToken = default) =>
        OfAsync(arguments, silo, TextReader.Null, false, null, cancellationToken, watched: true);

    /// <inheritdoc cref="OfAsync(string, Uri?, string, bool, IReadOnlyDictionary{string, string}?, CancellationToken)"/>
    public static async Task<CommandRun> OfAsync(
        string arguments, Uri? silo, TextReader input, bool interactive, IReadOnlyDictionary<string, string>? variables, CancellationToken cancellationToken, bool watched = false)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var messages = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal
        {
            Output = output,
            Messages = messages,
            Input = input,
            IsInputInteractive = interactive,
            IsOutputInteractive = watched,
            Variable = name => name == ConnectionOptions.UrlVariable ? silo?.ToString() : variables?.GetValueOrDefault(name),
        };
        var words = System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(arguments).ToList();
        var code = await CommandApplication.RunAsync(TaskCommandLine.Create(terminal), words, terminal, cancellationToken);
        return new CommandRun(code, output.ToString(), messages.ToString());
    }
}
