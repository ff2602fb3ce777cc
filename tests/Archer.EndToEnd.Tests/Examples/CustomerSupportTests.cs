using System.Globalization;
using System.Text.RegularExpressions;
using Archer.EndToEnd.Tests.Architecture;
using Archer.EndToEnd.Tests.Documents;
using Archer.EndToEnd.Tests.Processes;
using Archer.Testing;

namespace Archer.EndToEnd.Tests.Examples;

/// <summary>docs/examples/customer-support.md, executed: every command as it is there, with smaller numbers.</summary>
[Trait("Category", "Slow")]
public sealed partial class CustomerSupportTests : IAsyncLifetime
{
    private const string Document = "docs/examples/customer-support.md";
    private const string Settings = "docs/examples/customer-support/support.json";

    /// <summary>What is made smaller, by options that the document or the programs' help names.</summary>
    private static readonly (string Long, string Short)[] Sizes =
    [
        ("--conversations 4000", "--conversations 1600"),
        ("--steps 300", "--steps 300 --batch 24"),
        ("--conversations 2048", "--conversations 768"),
        ("--conversations 512", "--conversations 192"),
    ];

    private readonly TemporaryDirectory _directory = new();
    private readonly MarkdownDocument _document = MarkdownDocument.Open(Document);
    private readonly int _port = SiloProcess.FreePort();
    private SiloProcess? _silo;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public void Settings_InTheText_AreTheFile()
    {
        var shown = _document.Blocks.Single(block => block.Language == "json" && block.Text.Contains("\"Archer\"", StringComparison.Ordinal));

        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, Settings)).TrimEnd(), shown.Text);
    }

    [Fact]
    public async Task Commands_FromRecordsToAServedAgent_LearnWhatHelps()
    {
        Directory.CreateSymbolicLink(_directory["docs"], Path.Combine(Repository.Root, "docs"));
        var shell = new DocumentShell(_directory.Path, new Uri($"http://127.0.0.1:{_port}"));
        var reports = new Dictionary<string, (double Resolved, double Return, string Last)>();
        foreach (var block in _document.Blocks.Where(block => block.Language == "sh"))
        {
            var output = "";
            foreach (var command in MarkdownDocument.Commands(block).Select(Shorten))
            {
                output = await RunAsync(shell, command);
                if (Report().Match(output) is { Success: true } report)
                {
                    reports[Run().Match(command).Groups[1].Value] = Read(report);
                }
            }

            if (_document.After(block, "json") is { } expected && !block.Text.Contains("head -n", StringComparison.Ordinal))
            {
                Assert.Empty(JsonShape.Differences(expected.Text, output));
            }
        }

        Assert.Equal(["after", "before", "monday"], reports.Keys.Order());
        Assert.Equal("v000000", reports["before"].Last);
        Assert.NotEqual("v000000", reports["after"].Last);
        Assert.True(
            reports["after"].Resolved >= reports["before"].Resolved + 20 && reports["after"].Return >= reports["before"].Return + 0.8,
            $"before {reports["before"]}, after {reports["after"]}");
        Assert.Equal(0, await _silo!.StopAsync());
    }

    /// <summary>The silo runs on, as in a terminal of its own; every other command runs to its end.</summary>
    private async Task<string> RunAsync(DocumentShell shell, string command)
    {
        if (command.StartsWith("dotnet run --project Archer.Silo ", StringComparison.Ordinal))
        {
            _silo = await SiloProcess.StartInAsync(_directory.Path, _port, command[(command.IndexOf(" -- ", StringComparison.Ordinal) + 4)..].Split(' '));
            return "";
        }

        var result = await shell.RunAsync(command);
        Assert.True(result.Code == 0, $"{command}\nended with {result.Code}:\n{result.Output}\n{result.Errors}\n{_silo?.Output}");
        return result.Output;
    }

    private static string Shorten(string command) =>
        Sizes.Aggregate(command, (text, size) => text.Replace(size.Long, size.Short, StringComparison.Ordinal));

    private static (double, double, string) Read(Match report) => (
        double.Parse(report.Groups[1].Value, CultureInfo.InvariantCulture),
        double.Parse(report.Groups[2].Value, CultureInfo.InvariantCulture),
        report.Groups[3].Value);

    [GeneratedRegex(@"conversations: (\d+) % resolved, .* mean return (-?[\d.]+) ± .* to (v\d+)$")]
    private static partial Regex Report();

    [GeneratedRegex(@"--run (\w+)")]
    private static partial Regex Run();
}
