using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Archer.EndToEnd.Tests.Processes;

/// <summary>The real platform as its own process, so that it can be killed like one.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private SiloProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>What it printed so far.</summary>
    public string Output => string.Join(Environment.NewLine, _output);

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts the platform and waits until it is ready.</summary>
    public static Task<SiloProcess> StartAsync(string dataDirectory, int port, params string[] arguments) =>
        StartInAsync(Architecture.Repository.Root, port, [$"--Archer:DataDirectory={dataDirectory}", .. arguments]);

    /// <summary>Starts the platform in a directory, with nothing set but the address and the arguments.</summary>
    public static async Task<SiloProcess> StartInAsync(string directory, int port, params IReadOnlyList<string> arguments)
    {
        var silo = LaunchIn(directory, port, arguments);
        try
        {
            await silo.WaitUntilReadyAsync();
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a platform that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(string dataDirectory, int port, params string[] arguments)
    {
        await using var silo = Launch(dataDirectory, port, arguments);
        using var deadline = new CancellationTokenSource(StartDeadline);
        await silo._process.WaitForExitAsync(deadline.Token);
        return (silo._process.ExitCode, silo.Output);
    }

    /// <summary>A loopback port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, which the host takes as it takes Ctrl-C; a shell's background jobs ignore SIGINT, and so would this process. Returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        _ = SendSignal(_process.Id, 15);
        using var deadline = new CancellationTokenSource(StopDeadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until it has ended by itself; returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan longest)
    {
        using var deadline = new CancellationTokenSource(longest);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        await ValueTask.CompletedTask;
    }

    private static SiloProcess Launch(string dataDirectory, int port, string[] arguments) =>
        LaunchIn(Architecture.Repository.Root, port, [$"--Archer:DataDirectory={dataDirectory}", .. arguments]);

    private static SiloProcess LaunchIn(string directory, int port, IReadOnlyList<string> arguments)
    {
        var url = new Uri($"http://127.0.0.1:{port}");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        string[] fixedArguments =
            ["exec", Path.Combine(AppContext.BaseDirectory, "Archer.Silo.dll"), "--urls", url.ToString()];
        foreach (var argument in fixedArguments.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return new SiloProcess(Process.Start(start)!, url);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    private async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        using var deadline = new CancellationTokenSource(StartDeadline);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReadyAsync(http))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The platform ended with {_process.ExitCode} before it was ready:\n{Output}");
            }

            await WaitAsync(pace, deadline.Token);
        }
    }

    private async Task WaitAsync(PeriodicTimer pace, CancellationToken cancellationToken)
    {
        try
        {
            await pace.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"The platform was not ready within {StartDeadline}:\n{Output}", late);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Url, "/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }
}
