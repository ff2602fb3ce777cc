using System.Diagnostics;
using System.Globalization;

namespace Archer.Benchmarks.Models;

/// <summary>rivals/llama_torch.py in a process of its own, asked for one measurement at a time so that runs interleave with ours.</summary>
internal sealed class TorchRival : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private readonly Process _process;

    private TorchRival(Process process) => _process = process;

    /// <summary>Null, with a note on the console, where Debian's python3-torch is not installed.</summary>
    public static TorchRival? Start(string arguments)
    {
        if (!File.Exists(Python))
        {
            Console.WriteLine($"No rival: {Python} is not there (apt-get install python3-torch libopenblas0-openmp).");
            return null;
        }
        var script = Path.Combine(AppContext.BaseDirectory, "rivals", "llama_torch.py");
        var start = new ProcessStartInfo(Python, $"\"{script}\" {arguments}") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        var rival = new TorchRival(Process.Start(start)!);
        if (double.IsFinite(rival.Measure("decode 1 1 1")))
        {
            return rival;
        }

        Console.WriteLine("No rival: PyTorch does not start (apt-get install python3-torch libopenblas0-openmp).");
        rival.Dispose();
        return null;
    }

    public double Measure(string command)
    {
        try
        {
            _process.StandardInput.WriteLine(command);
            return _process.StandardOutput.ReadLine() is { } line ? double.Parse(line, CultureInfo.InvariantCulture) : double.NaN;
        }
        catch (IOException)
        {
            return double.NaN;
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
