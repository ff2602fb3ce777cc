using System.Diagnostics;
using Archer.Testing;

namespace Archer.EndToEnd.Tests.CommandLine;

/// <summary>The package that <c>dotnet tool install</c> takes.</summary>
[Trait("Category", "Slow")]
public sealed class ToolTests
{
    private const string OnlyHere =
        """<?xml version="1.0"?><configuration><packageSources><clear/><add key="here" value="."/></packageSources><config><add key="globalPackagesFolder" value="packages"/></config></configuration>""";

    [Fact]
    public async Task Tool_PackedAndInstalled_RunsAndReturnsItsExitCode()
    {
        using var directory = new TemporaryDirectory();
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";
        await File.WriteAllTextAsync(directory["nuget.config"], OnlyHere);

        await SucceedAsync(directory.Path, "dotnet", "pack", Path.Combine(Architecture.Repository.Root, "Archer.Tasks"), "--no-build", "-c", configuration, "-o", directory.Path);
        await SucceedAsync(directory.Path, "dotnet", "tool", "install", "Archer.Tool", "--configfile", directory["nuget.config"], "--tool-path", directory["tools"]);
        var archer = Path.Combine(directory["tools"], OperatingSystem.IsWindows() ? "archer.exe" : "archer");

        Assert.Contains("archer versions", (await RunAsync(directory.Path, archer, "versions", "--help")).Output);
        var refused = await RunAsync(directory.Path, archer, "agents", "--url", "http://127.0.0.1:9");
        Assert.Equal(1, refused.Code);
        Assert.StartsWith("archer agents: The silo at http://127.0.0.1:9/ gave no whole answer", refused.Output);
        Assert.Equal(2, (await RunAsync(directory.Path, archer, "dance")).Code);
    }

    private static async Task SucceedAsync(string directory, string program, params string[] arguments)
    {
        var (code, output) = await RunAsync(directory, program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{output}");
    }

    private static async Task<(int Code, string Output)> RunAsync(string directory, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        // The runner of the tests is not to decide how another build is done.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(variable);
        }

        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, string.Concat(texts));
    }
}
