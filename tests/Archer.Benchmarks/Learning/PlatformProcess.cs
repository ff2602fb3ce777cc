using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Archer.Benchmarks.Learning;

/// <summary>The whole platform as a process of its own, on fresh data that goes with it.</summary>
internal sealed class PlatformProcess : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("archer-benchmark-");

    public PlatformProcess(params string[] settings)
        : this(AppContext.BaseDirectory, settings)
    {
    }

    /// <param name="program">Folder of the platform's program: this build's, or that of another work tree.</param>
    /// <param name="settings">Settings on its command line.</param>
    public PlatformProcess(string program, string[] settings)
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        }
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = program };
        string[] arguments =
        [
            "exec", Path.Combine(program, "Archer.Silo.dll"), "--urls", Url.ToString(), $"--Archer:DataDirectory={_data.FullName}", .. settings,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Waits until it takes conversations.</summary>
    public async Task ReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!_process.HasExited && !await IsReadyAsync(client))
        {
            await pace.WaitForNextTickAsync();
        }

        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The platform ended with {_process.ExitCode}.");
        }
    }

    /// <summary>Processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Processor time of its threads of a name, from Linux's /proc; zero elsewhere.</summary>
    public TimeSpan ProcessorTimeOf(string thread)
    {
        const int userTicks = 11, ticksPerSecond = 100;
        var tasks = $"/proc/{_process.Id}/task";
        if (!Directory.Exists(tasks))
        {
            return TimeSpan.Zero;
        }
        // Behind the name in brackets, fields 14 and 15 of the line: ticks in user and in kernel mode.
        return Directory.GetDirectories(tasks).Where(task => File.ReadAllText(Path.Combine(task, "comm")).Trim() == thread)
            .Select(task => File.ReadAllText(Path.Combine(task, "stat")).Split(") ")[^1].Split(' '))
            .Aggregate(TimeSpan.Zero, (sum, fields) => sum + TimeSpan.FromSeconds((double)(long.Parse(fields[userTicks], CultureInfo.InvariantCulture)
                + long.Parse(fields[userTicks + 1], CultureInfo.InvariantCulture)) / ticksPerSecond));
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync("/health/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _data.Delete(recursive: true);
    }
}
