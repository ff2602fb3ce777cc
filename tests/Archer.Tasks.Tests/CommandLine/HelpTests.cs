using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.Tasks.CommandLine;
using Archer.Testing.CommandLine;

namespace Archer.Tasks.Tests.CommandLine;

/// <summary>Each command's help as it was looked at by a person; who changes it changes the file in Golden/Help too.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands { get; } = [.. Walk(Root(), "")];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_IsAsItWasLookedAt(string command)
    {
        var run = await CommandRun.OfAsync($"{command} --help");
        Assert.Equal((0, ""), (run.Code, run.Messages));
        Assert.Equal(Golden(command), run.Output);
        Assert.Contains("\nExit codes: 0 done, 1 failed, 2 asked wrongly (nothing done), 130 interrupted.\n", run.Output);
    }

    [Fact]
    public void Examples_AllParse()
    {
        foreach (var command in Walk(Root()).OfType<ArcherCommand>())
        {
            Assert.NotEmpty(command.Examples);
            foreach (var example in command.Examples)
            {
                var line = example[(example.LastIndexOf("archer ", StringComparison.Ordinal) + "archer".Length)..].Split(">>")[0];
                Assert.Empty(Root().Parse(line).Errors);
            }
        }
    }

    private static Command Root() => TaskCommandLine.Create(new Terminal { Output = TextWriter.Null, Messages = TextWriter.Null });

    private static IEnumerable<Command> Walk(Command command) => command.Subcommands.SelectMany(Walk).Prepend(command);

    private static IEnumerable<string> Walk(Command command, string path) =>
        command.Subcommands.SelectMany(child => Walk(child, $"{path} {child.Name}".Trim())).Prepend(path);

    private static string Golden(string command)
    {
        var name = command.Length == 0 ? "archer" : command.Replace(' ', '-');
        return File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "CommandLine", "Golden", "Help", name + ".txt")).ReplaceLineEndings("\n");
    }
}
