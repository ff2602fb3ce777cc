using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.EndToEnd.Tests.Architecture;
using Archer.Tasks.CommandLine;
using Archer.Trainer.CommandLine;

namespace Archer.EndToEnd.Tests.CommandLine;

/// <summary>docs/cli.md tells every command, and what it tells can be typed.</summary>
public sealed class DocumentationTests
{
    private static readonly Terminal Nowhere = new() { Output = TextWriter.Null, Messages = TextWriter.Null };
    private static readonly Dictionary<string, Command> Programs = new()
    {
        ["archer"] = TaskCommandLine.Create(Nowhere),
        ["Archer.Trainer"] = TrainerCommandLine.Create(Nowhere),
    };

    [Fact]
    public void CommandLinePage_HasAnExampleOfEveryCommand()
    {
        var typed = Typed().ToList();
        var missing =
            from program in Programs
            from command in Leaves(program.Value, program.Key)
            where !typed.Any(line => line.StartsWith(command + " ", StringComparison.Ordinal) || line == command)
            select command;

        Assert.Empty(missing);
    }

    [Fact]
    public void CommandLinePage_WhatIsTyped_IsUnderstood()
    {
        foreach (var line in Typed())
        {
            var words = line.Split(' ', 2);
            Assert.Empty(Programs[words[0]].Parse(words[1]).Errors);
        }
    }

    /// <summary>Command lines after a prompt, without what other programs do to them.</summary>
    private static IEnumerable<string> Typed() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "cli.md"))
            .Where(line => line.StartsWith("    $ ", StringComparison.Ordinal))
            .SelectMany(line => line[6..].Split(" | "))
            .Where(command => Programs.ContainsKey(command.Split(' ')[0]));

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [path]
        : command.Subcommands.SelectMany(child => Leaves(child, $"{path} {child.Name}"));
}
