using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Archer.Silo.Http;
using Archer.Testing.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Archer.Silo.Tests.Http;

/// <summary>On the real server: a caller who leaves in the middle of a body leaves nothing behind in the log.</summary>
public sealed class BrokenBodyTests : IAsyncLifetime
{
    private const int Callers = 60;
    private readonly Complaints _log = new();
    private WebApplication _app = null!;
    private int _begun;
    private int _ended;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOptions<SiloOptions>();
        builder.Services.AddSingleton<JsonBody>();
        _app = builder.Build();
        _app.UseMiddleware<ProblemMiddleware>();
        _app.MapPost("/", async (HttpRequest request, JsonBody body, CancellationToken cancellationToken) =>
        {
            Interlocked.Increment(ref _begun);
            try
            {
                return await body.ReadAsync(request, fields => fields.Text("text"), cancellationToken);
            }
            finally
            {
                Interlocked.Increment(ref _ended);
            }
        });
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Caller_LeavesInTheMiddle_IsNoFailureOfTheServer(bool abruptly)
    {
        for (var caller = 1; caller <= Callers; caller++)
        {
            using (var client = new TcpClient { LingerState = new LingerOption(enable: abruptly, seconds: 0) })
            {
                await client.ConnectAsync(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"text\":"));
                await Eventually.TrueAsync(() => Volatile.Read(ref _begun) == caller, "the body is being read");
            }
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref _ended) == Callers, "every caller's reading has ended");
        await _app.StopAsync();

        Assert.Equal("", string.Join("\n", _log.Lines.Take(3)));
    }

    [Fact]
    public async Task Body_TooLongInChunks_IsRefusedAndTheConnectionEndsInOrder()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StreamContent(new MemoryStream(new byte[1_000_000])) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = true;

        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        await _app.StopAsync();

        Assert.Empty(_log.Lines);
    }

    /// <summary>Warnings and worse.</summary>
    private sealed class Complaints : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                _lines.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
