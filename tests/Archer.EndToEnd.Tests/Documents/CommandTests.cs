using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Archer.Client.CommandLine;
using Archer.Tasks.CommandLine;
using Archer.Trainer.CommandLine;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>Every command in the README is one that the programs know.</summary>
public sealed partial class CommandTests
{
    private const string StatusLine = "    twenty-questions  conversations ";
    private static readonly Terminal Silent = new() { Output = TextWriter.Null, Messages = TextWriter.Null };

    public static TheoryData<string> Commands =>
    [
        .. MarkdownDocument.Open("README.md").Lines
            .Where(line => line.StartsWith("    ", StringComparison.Ordinal) && !line.StartsWith(StatusLine, StringComparison.Ordinal))
            .SelectMany(line => Comment().Replace(line, "").Split("&&"))
            .Select(command => command.Trim()),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Readme_Command_IsKnown(string command)
    {
        var words = CommandLineParser.SplitCommandLine(command).ToList();
        switch (words)
        {
            case ["archer", .. var arguments]:
                AssertParses(TaskCommandLine.Create(Silent), arguments);
                break;
            case ["dotnet", "run", "--project", "Archer.Tasks", "-c", "Release", "--", .. var arguments]:
                AssertParses(TaskCommandLine.Create(Silent), arguments);
                break;
            case ["dotnet", "run", "--project", "Archer.Trainer", "-c", "Release", "--", .. var arguments]:
                AssertParses(TrainerCommandLine.Create(Silent), arguments);
                break;
            case ["dotnet", "run", "--project", "Archer.Silo", "-c", "Release", .. var settings]:
                Assert.All(settings.SkipWhile(word => word == "--"), setting => Assert.Matches("^--(Archer:[A-Za-z:]+=.+|urls|fresh)$", setting));
                break;
            case ["curl", .. var rest]:
                var path = new Uri(rest.Single(word => word.StartsWith("http", StringComparison.Ordinal))).AbsolutePath;
                Assert.Contains(File.ReadLines(Path.Combine(Architecture.Repository.Root, "docs/api.md")), line => line.Contains("127.0.0.1:5080" + path, StringComparison.Ordinal));
                break;
            default:
                Assert.Contains(string.Join(' ', words.Take(2)), new[] { "dotnet test", "dotnet pack", "dotnet tool" });
                break;
        }
    }

    private static void AssertParses(Command root, IReadOnlyList<string> arguments) => Assert.Empty(root.Parse(arguments).Errors);

    [GeneratedRegex(@"\s{2,}#.*$")]
    private static partial Regex Comment();
}
