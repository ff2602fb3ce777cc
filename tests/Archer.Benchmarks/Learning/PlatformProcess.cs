using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Archer.Benchmarks.Learning;

/// <summary>The whole platform as a process of its own, on fresh data that goes with it.</summary>
internal sealed class PlatformProcess : IDisposable
{
    private readonly Process process;
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("archer-benchmark-");

    public PlatformProcess(params string[] settings)
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        }
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = AppContext.BaseDirectory };
        string[] arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "Archer.Silo.dll"), "--urls", Url.ToString(), $"--Archer:DataDirectory={data.FullName}", .. settings,
        ];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        data.Delete(recursive: true);
    }
}
