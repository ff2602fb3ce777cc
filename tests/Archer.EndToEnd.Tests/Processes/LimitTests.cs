using System.Net.Sockets;
using System.Text;
using Archer.Client;
using Archer.Testing;
using Archer.Testing.Grains;

namespace Archer.EndToEnd.Tests.Processes;

/// <summary>What a caller can hold open on a silo, and what it prints.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class LimitTests
{
    private static readonly string[] Settings =
    [
        "--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0", "--Archer:StatusSeconds=0", "--Archer:Http:BodyTimeout=00:00:02", "--Archer:Http:MaxStreams=3",
    ];

    [Fact]
    public async Task Silo_PrintsItsAddressAndBoundsBodiesAndStreams()
    {
        using var directory = new TemporaryDirectory();
        await using var silo = await SiloProcess.StartAsync(directory.Path, SiloProcess.FreePort(), Settings);
        await Eventually.TrueAsync(
            () => Task.FromResult(silo.Output.Contains($"Archer is ready: open {silo.Url.GetLeftPart(UriPartial.Authority)}", StringComparison.Ordinal)), "the address is printed");

        using var late = await OpenAsync(silo, "POST /v1/conversations", "Content-Type: application/json\r\nContent-Length: 100005\r\n", new string(' ', 100_000));
        using var reader = new StreamReader(late.GetStream());
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains(ProblemTypes.BodyTimeout, answer, StringComparison.Ordinal);

        var streams = new List<TcpClient>();
        for (var i = 0; i < 3; i++)
        {
            streams.Add(await OpenAsync(silo, "GET /v1/agents/twenty-questions/events", "Accept: text/event-stream\r\n", ""));
            Assert.StartsWith("HTTP/1.1 200 ", await HeadAsync(streams[^1]), StringComparison.Ordinal);
        }

        Assert.StartsWith("HTTP/1.1 503 ", await AskAsync(silo), StringComparison.Ordinal);
        streams.ForEach(stream => stream.Dispose());
        await Eventually.TrueAsync(async () => (await AskAsync(silo)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), "places are free again");
    }

    private static async Task<string> AskAsync(SiloProcess silo)
    {
        using var stream = await OpenAsync(silo, "GET /v1/agents/twenty-questions/events", "Accept: text/event-stream\r\n", "");
        return await HeadAsync(stream);
    }

    private static async Task<string> HeadAsync(TcpClient client)
    {
        var bytes = new byte[4096];
        var length = await client.GetStream().ReadAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        return Encoding.ASCII.GetString(bytes, 0, length);
    }

    private static async Task<TcpClient> OpenAsync(SiloProcess silo, string request, string headers, string body)
    {
        var client = new TcpClient();
        await client.ConnectAsync(silo.Url.Host, silo.Url.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{body}"));
        return client;
    }
}
