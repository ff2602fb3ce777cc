using System.Diagnostics;
using Archer.Client.CommandLine;

namespace Archer.EndToEnd.Tests.CommandLine;

/// <summary>Commands whose output somebody reads only the beginning of.</summary>
[Trait("Category", "Slow")]
public sealed class PipeTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData("status", "--interval", "0.1")]
    [InlineData("status", "--interval", "0.1", "--json")]
    public async Task RepeatingCommand_ReaderLeaves_EndsWithoutAWord(params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Archer.Tasks.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[ConnectionOptions.UrlVariable] = platform.Url.ToString();
        using var process = Process.Start(start)!;
        try
        {
            Assert.NotEmpty((await process.StandardOutput.ReadLineAsync())!);
            process.StandardOutput.Close();
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await process.WaitForExitAsync(deadline.Token);

            Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(deadline.Token)));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
