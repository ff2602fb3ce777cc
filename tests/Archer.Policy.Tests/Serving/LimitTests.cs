using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Archer.Client;
using Archer.Policy.Tests.Generation;

namespace Archer.Policy.Tests.Serving;

/// <summary>What a caller can hold open, by raw sockets.</summary>
public sealed class LimitTests
{
    private const string Ask = """{"model":"twenty-questions","messages":[{"role":"user","content":"x"}],"max_tokens":50,"stream":true,"seed":4}""";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>The average rate of this body stays above any bound for minutes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_LastBytesAreHeldBack_Is408AndTheConnectionEnds(bool chunked)
    {
        await using var server = await PolicyServer.StartAsync(settings: ["--Archer:Http:BodyTimeout", "00:00:02"]);
        using var client = await ConnectAsync(server);
        var body = new string(' ', 200_000);
        var head = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length + 5}";
        var clock = Stopwatch.StartNew();
        await SendAsync(client, $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{head}\r\n\r\n");
        await SendAsync(client, chunked ? $"{body.Length:x}\r\n{body}\r\n" : body);

        var answer = await ReadToEndAsync(client);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains(ProblemTypes.BodyTimeout, answer, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Streams_BeyondTheLimit_Are503UntilOneEnds()
    {
        using var gate = new ManualResetEventSlim();
        var model = new HashModel(260, 512) { BeforePass = () => gate.Wait(Deadline) };
        await using var server = await PolicyServer.StartAsync(
            loader => loader.Add(PolicyServer.Agent, PolicyServer.Version, () => model), settings: ["--Archer:Http:MaxStreams", "1"]);
        var first = server.PostAsync("v1/chat/completions", Ask);
        HttpResponseMessage? refused = null;
        await UntilAsync(async () =>
        {
            // Whichever of the two came second.
            var second = server.PostAsync("v1/chat/completions", Ask);
            refused = await await Task.WhenAny(first, second);
            return refused.StatusCode == HttpStatusCode.ServiceUnavailable;
        });

        using var problem = JsonDocument.Parse(await refused!.Content.ReadAsStringAsync());
        Assert.Equal(ProblemTypes.TooManyStreams, problem.RootElement.GetProperty("type").GetString());
        Assert.NotNull(refused.Headers.RetryAfter);
        gate.Set();
        await UntilAsync(async () => (await server.PostAsync("v1/chat/completions", Ask)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Connections_BeyondTheLimit_AreClosedUntilOneEnds()
    {
        await using var server = await PolicyServer.StartAsync(settings: ["--Archer:Http:MaxConnections", "2"]);
        using var first = await ConnectAsync(server);
        using var second = await ConnectAsync(server);
        Assert.True(await IsAnsweredAsync(first) && await IsAnsweredAsync(second));

        using (var third = await ConnectAsync(server))
        {
            Assert.False(await IsAnsweredAsync(third));
        }

        first.Dispose();
        await UntilAsync(async () =>
        {
            using var next = await ConnectAsync(server);
            return await IsAnsweredAsync(next);
        });
    }

    [Fact]
    public async Task Start_LimitsOutOfRange_AreReported()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => PolicyServer.StartAsync(
            settings: ["--Archer:Http:MaxConnections", "0", "--Archer:Http:MaxStreams", "0", "--Archer:Http:BodyTimeout", "00:00:00", "--Archer:Http:MaxStream", "1"]));

        Assert.Equal(4, Program.Problems(failure).Count);
    }

    private static async Task<TcpClient> ConnectAsync(PolicyServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        return client;
    }

    private static Task SendAsync(TcpClient client, string text) => client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    private static async Task<bool> IsAnsweredAsync(TcpClient client)
    {
        try
        {
            await SendAsync(client, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return await client.GetStream().ReadAsync(new byte[1024]).AsTask().WaitAsync(Deadline) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(Deadline);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(clock.Elapsed < Deadline, "It did not come to hold.");
        }
    }
}
