using System.Collections.Immutable;
using System.CommandLine;

namespace Archer.Client.CommandLine;

/// <summary>A command whose help has examples and whose failures become a sentence and an exit code.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">What it does, one sentence.</param>
public sealed class ArcherCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that work as they stand, shown under the help.</summary>
    public ImmutableArray<string> Examples { get; init; } = [];

    /// <summary>Sets what the command does; its result is the exit code.</summary>
    public ArcherCommand Runs(Terminal terminal, Func<ParseResult, CancellationToken, Task<int>> body)
    {
        SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                return await body(arguments, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
            catch (Exception failure) when (!ClosedPipe.Is(failure))
            {
                // The process's boundary: people get a sentence, never a stack trace.
                var (code, sentence) = FailureReport.Of(failure, FailureReport.CommandOf(arguments));
                await terminal.Messages.WriteLineAsync($"{FailureReport.CommandOf(arguments)}: {sentence}").ConfigureAwait(false);
                return code;
            }
        });
        return this;
    }

    /// <summary>Makes it a command that only has commands of its own.</summary>
    public ArcherCommand Groups(Terminal terminal) => Runs(terminal, (_, _) =>
        throw new UsageException($"Say what to do: {string.Join(", ", Subcommands.Select(command => command.Name))}."));
}
