using System.Diagnostics;
using System.Globalization;

namespace Archer.Benchmarks.Storage;

/// <summary>The storage benchmark of an older work tree, which was built there before: rates of its own store by write, bytes and writers.</summary>
internal static class RivalLog
{
    private const string Program = "tests/Archer.Benchmarks/bin/Release/net10.0/Archer.Benchmarks.dll";

    // Its columns: write, bytes, writers, its own rival's rate and p50, then the rate of its store.
    private const int NameColumns = 3;
    private const int RateColumn = 5;

    public static async Task<Dictionary<string, double>> RunAsync(string tree)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, WorkingDirectory = tree };
        start.ArgumentList.Add(Path.Combine(tree, Program));
        start.ArgumentList.Add(StorageBenchmark.Command);

        // It also measures a Redis server when it finds one, which nobody asked for here.
        start.Environment["PATH"] = "";
        using var process = Process.Start(start)!;
        var rates = new Dictionary<string, double>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var columns = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
            if (columns.Length > RateColumn && double.TryParse(columns[RateColumn], CultureInfo.InvariantCulture, out var rate))
            {
                rates[string.Join(" | ", columns[..NameColumns])] = rate;
            }
        }

        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? rates : throw new InvalidOperationException($"The rival in {tree} ended with {process.ExitCode}.");
    }

    public static void Add(Dictionary<string, List<double>> all, Dictionary<string, double> round)
    {
        foreach (var (name, rate) in round)
        {
            if (!all.TryGetValue(name, out var rates))
            {
                all[name] = rates = [];
            }

            rates.Add(rate);
        }
    }
}
