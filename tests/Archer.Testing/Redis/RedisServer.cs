using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Archer.Testing.Redis;

/// <summary>A real redis-server of one test: a free loopback port, a directory of its own, every write flushed to disk.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _options;
    private Process? _process;

    private RedisServer(string[] options) => (_options, Port) = (options, LoopbackPorts.Next());

    /// <summary>Why tests with Redis cannot run here; null when they can.</summary>
    public static string? MissingReason { get; } = FindProgram() is null ? "redis-server is not on PATH (apt-get install redis-server)" : null;

    /// <summary>Port on loopback; stays the same over restarts.</summary>
    public int Port { get; }

    /// <summary>Where it keeps its append-only files.</summary>
    public string Directory => _directory.Path;

    /// <summary>Connection string of StackExchange.Redis; keeps trying while the server is away.</summary>
    public string ConnectionString => $"127.0.0.1:{Port},abortConnect=false,connectRetry=5,connectTimeout=2000,syncTimeout=10000";

    /// <summary>Starts a server whose append-only file is flushed at every write, unless the options say otherwise.</summary>
    /// <param name="options">Further arguments, such as <c>--appendfsync everysec</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = new RedisServer(options);
        await server.StartProcessAsync();
        return server;
    }

    /// <summary>A new connection; close it when done.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync() => await ConnectionMultiplexer.ConnectAsync(ConnectionString);

    /// <summary>Kills the server with SIGKILL, in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>Starts the server again on the same port and directory.</summary>
    public Task RestartAsync() => StartProcessAsync();

    /// <summary>Ends the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _directory.Dispose();
    }

    private static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, "redis-server"))
            .FirstOrDefault(File.Exists);

    private async Task StartProcessAsync()
    {
        var start = new ProcessStartInfo(FindProgram() ?? throw new InvalidOperationException(MissingReason))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _directory.Path,
            "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no", .. _options,
        ];
        arguments.ToList().ForEach(start.ArgumentList.Add);
        _process = Process.Start(start)!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        _process.OutputDataReceived += (_, line) =>
        {
            lines.Add(line.Data ?? "");
            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException("redis-server ended: " + string.Join('\n', lines)));
            }
            else if (line.Data.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ready.Task.WaitAsync(Deadline);
    }
}
