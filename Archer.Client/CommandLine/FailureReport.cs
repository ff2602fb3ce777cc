using System.CommandLine;
using System.CommandLine.Parsing;

namespace Archer.Client.CommandLine;

/// <summary>What a failure is to the person who typed the command: an exit code, a sentence, and what to do.</summary>
public static class FailureReport
{
    /// <summary>The exit code and the sentence for <paramref name="failure"/> of the command <paramref name="command"/>.</summary>
    public static (int Code, string Sentence) Of(Exception failure, string command) => failure switch
    {
        UsageException => (ExitCodes.Usage, $"{failure.Message} See {command} --help."),
        ArcherException known => (ExitCodes.Failure, $"{known.Message} {Advice(known)}".TrimEnd()),
        FileNotFoundException missing => (ExitCodes.Failure, $"There is no file {missing.FileName}."),
        IOException or UnauthorizedAccessException or InvalidDataException => (ExitCodes.Failure, failure.Message),
        OutOfMemoryException => (ExitCodes.Failure, "There is not enough memory for it."),
        _ => (ExitCodes.Failure, $"This is a defect, please report it with the command line: {failure.GetType().Name}: {failure.Message}"),
    };

    /// <summary>The command with its parents, as it is typed.</summary>
    public static string CommandOf(ParseResult arguments)
    {
        var names = new Stack<string>();
        for (SymbolResult? result = arguments.CommandResult; result is CommandResult command; result = result.Parent)
        {
            names.Push(command.Command.Name);
        }

        return string.Join(' ', names);
    }

    /// <summary>What to do about a failure; empty when its message says so itself.</summary>
    public static string Advice(ArcherException failure) => failure switch
    {
        ArcherUnreachableException => "Start a silo (dotnet run --project Archer.Silo -c Release) or give its address with --url or in ARCHER_URL.",
        ArcherApiException refusal => Advice(refusal.ProblemType),
        _ => "",
    };

    private static string Advice(string problemType) => problemType switch
    {
        ProblemTypes.Unauthorized => "Give the silo's bearer key with --key or in ARCHER_KEY.",
        ProblemTypes.NotFound => "Is it an Archer silo of this version? Check --url.",
        ProblemTypes.AgentNotFound => "Name one of them with --agent.",
        ProblemTypes.ConversationNotFound => "The command 'archer conversations list' shows the newest.",
        ProblemTypes.ConversationEnded => "Start another one.",
        ProblemTypes.ModelNotFound or ProblemTypes.VersionRefused => "The command 'archer versions list' shows the versions, of which the newest are on disk; what serves has not changed.",
        ProblemTypes.PolicyMismatch => "Nothing has changed, and trying again does not help: look at the policy server.",
        ProblemTypes.LearnerLags => "The learner has stopped or is too slow: look at its log, or play with --evaluation.",
        ProblemTypes.Overloaded or ProblemTypes.PolicyUnavailable or ProblemTypes.StorageUnavailable => "Nothing has changed: try again.",
        _ => "",
    };
}
