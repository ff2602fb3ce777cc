using System.CommandLine;
using System.CommandLine.Help;

namespace Archer.Client.CommandLine;

/// <summary>Runs a command line: parse, help, errors, exit codes (<see cref="ExitCodes"/>).</summary>
public static class CommandApplication
{
    // Longer than a host takes to stop in order (a trainer up to two minutes): what is in the making is finished or taken back.
    internal static readonly TimeSpan StopTime = TimeSpan.FromSeconds(130);

    /// <summary>Runs what <paramref name="arguments"/> ask of <paramref name="root"/>.</summary>
    public static async Task<int> RunAsync(Command root, IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken = default)
    {
        root.Options.Add(new HelpOption { Action = new HelpWithExamples() });
        root.Options.Add(new VersionOption());
        // Who types the name alone wants to know what there is; a script that does so has a mistake.
        if (arguments.Count == 0)
        {
            await root.Parse(["--help"]).InvokeAsync(new InvocationConfiguration { Output = terminal.Messages }, cancellationToken).ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            var command = FailureReport.CommandOf(parsed);
            foreach (var error in parsed.Errors.Select(error => Sentence(error.Message)).Distinct())
            {
                await terminal.Messages.WriteLineAsync($"{command}: {error}").ConfigureAwait(false);
            }

            await terminal.Messages.WriteLineAsync($"See {command} --help.").ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Messages,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTime,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException closed) when (ClosedPipe.Is(closed))
        {
            return ExitCodes.Success;
        }
    }

    /// <summary>The parser's words on one line, without names of types.</summary>
    private static string Sentence(string message)
    {
        var line = message.ReplaceLineEndings(" ").Replace("\t", "");
        var type = line.IndexOf(" as expected type '", StringComparison.Ordinal);
        return type < 0 ? line : line[..type] + ".";
    }
}
