using System.Diagnostics;
using System.Globalization;

namespace Archer.Testing.Crashes;

/// <summary>Starts the victim process, lets it write, and kills it with SIGKILL in the middle.</summary>
public static class CrashProcess
{
    /// <summary>Runs one life of the victim; returns the numbers whose writes were acknowledged before it died.</summary>
    /// <param name="role">What it writes to: sqlite.</param>
    /// <param name="place">Directory of the data.</param>
    /// <param name="first">First number to write.</param>
    /// <param name="writers">Concurrent writers.</param>
    /// <param name="killAfter">Acknowledgements to wait for before the kill.</param>
    public static async Task<IReadOnlyList<int>> RunAndKillAsync(string role, string place, int first, int writers, int killAfter)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var process = Start(role, place, first, writers);
        var acknowledged = new List<int>();
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            acknowledged.Add(int.Parse(line, CultureInfo.InvariantCulture));
            if (acknowledged.Count == killAfter)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(deadline.Token);
        return acknowledged.Count >= killAfter
            ? acknowledged
            : throw new InvalidOperationException($"The victim ended by itself after {acknowledged.Count} writes: {await errors}");
    }

    private static Process Start(string role, string place, int first, int writers)
    {
        var program = typeof(CrashProcess).Assembly.Location;
        // The test assembly's own files name everything that the victim needs.
        var tests = Directory.GetFiles(AppContext.BaseDirectory, "*.Tests.deps.json").Single();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "exec", "--depsfile", tests, "--runtimeconfig", tests.Replace(".deps.json", ".runtimeconfig.json", StringComparison.Ordinal),
            program, role, place, first.ToString(CultureInfo.InvariantCulture), writers.ToString(CultureInfo.InvariantCulture),
        ];
        arguments.ToList().ForEach(start.ArgumentList.Add);
        return Process.Start(start)!;
    }
}
