using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Http;
using Archer.Silo.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Archer.Silo.Tests.Http;

/// <summary>On the real server: in memory nothing is refused before the application.</summary>
public sealed class ServerRefusalsTests : IAsyncLifetime
{
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.ExplainRefusals();
        _app = builder.Build();
        _app.MapGet("/whole", () => "whole");
        _app.MapGet("/bare", () => Results.NotFound());
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("GET /v1/users/%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "The request line or a header is malformed: an address can hold no null character (%00).")]
    [InlineData("DELETE /v1/users/a%00b?tenant=x HTTP/1.1\r\nHost: x\r\n\r\n", 400, "The request line or a header is malformed: an address can hold no null character (%00).")]
    [InlineData("nonsense\r\n\r\n", 400, "The request line or a header is malformed: an address can hold no null character (%00).")]
    public async Task Request_RefusedByTheServer_GetsAProblemDocument(string request, int status, string detail)
    {
        var (head, body) = await AskAsync(request);

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/problem+json\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {body.Length}\r\n", head, StringComparison.Ordinal);
        var problem = JsonSerializer.Deserialize(body, ArcherJson.Default.ProblemDocument)!;
        Assert.Equal((status, ProblemTypes.InvalidRequest, detail), (problem.Status, problem.Type, problem.Detail));
        Assert.Equal(detail, Assert.Single(problem.Problems!.Value));
    }

    [Fact]
    public async Task Request_TooLongALine_GetsAProblemDocument()
    {
        var (head, body) = await AskAsync($"GET /{new string('x', 20_000)} HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 414 ", head, StringComparison.Ordinal);
        Assert.Equal(414, JsonSerializer.Deserialize(body, ArcherJson.Default.ProblemDocument)!.Status);
    }

    [Fact]
    public async Task Request_AnsweredByTheApplication_IsLeftAsItIs()
    {
        var (head, body) = await AskAsync("GET /whole HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        Assert.Contains("whole", body, StringComparison.Ordinal);

        using var http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        using var bare = await http.GetAsync("/bare");
        Assert.Equal((HttpStatusCode.NotFound, 0L), (bare.StatusCode, bare.Content.Headers.ContentLength));
    }

    private async Task<(string Head, string Body)> AskAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (answer[..(end + 2)], answer[(end + 4)..]);
    }
}
