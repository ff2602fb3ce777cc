using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.Trainer.CommandLine;

namespace Archer.Trainer.Tests.CommandLine;

/// <summary>Each command's help as it was looked at by a person; who changes it changes the file in Golden/Help too.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("make-data")]
    [InlineData("sft")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("export")]
    [InlineData("install")]
    public async Task Help_IsAsItWasLookedAt(string command)
    {
        var run = await TrainerRun.OfAsync($"{command} --help");

        Assert.Equal((0, ""), (run.Code, run.Messages));
        var file = Path.Combine(AppContext.BaseDirectory, "CommandLine", "Golden", "Help", (command.Length == 0 ? "trainer" : command) + ".txt");
        Assert.Equal((await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n"), run.Output);
    }

    [Fact]
    public void Examples_AllParse()
    {
        foreach (var command in Root().Subcommands.Cast<ArcherCommand>())
        {
            Assert.NotEmpty(command.Examples);
            Assert.All(command.Examples, example => Assert.Empty(Root().Parse(example["Archer.Trainer ".Length..]).Errors));
        }
    }

    private static Command Root() => TrainerCommandLine.Create(new Terminal { Output = TextWriter.Null, Messages = TextWriter.Null });
}
