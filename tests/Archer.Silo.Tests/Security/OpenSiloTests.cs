using System.Net;
using System.Text.Json;
using Archer.Client;
using Archer.Silo.Tests.Http;

namespace Archer.Silo.Tests.Security;

public sealed class OpenSiloTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Request_UnderAForeignName_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents");
        request.Headers.Host = "rebound.example.com";

        using var answer = await silo.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task Change_SentByAForeignPage_IsRefused(string site)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/agents/quiz/rollback");
        request.Headers.Add("Sec-Fetch-Site", site);

        await silo.Http.SendAsync(request).ProblemAsync(403, ProblemTypes.ForeignPage);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("https://localhost")]
    [InlineData("http://localhost:1")]
    [InlineData("null")]
    public async Task Change_WithAForeignOrigin_IsRefused(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/agents/quiz/rollback");
        request.Headers.Add("Origin", origin);

        await silo.Http.SendAsync(request).ProblemAsync(403, ProblemTypes.ForeignPage);
    }

    [Fact]
    public async Task Read_WithAForeignOrigin_IsAnswered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents");
        request.Headers.Add("Origin", "http://evil.example");

        await silo.Http.SendAsync(request).JsonAsync();
    }

    [Fact]
    public async Task Change_SentByTheOwnPage_IsTaken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/agents/quiz/rollback");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Origin", "http://localhost");

        await silo.Http.SendAsync(request).ProblemAsync(409, ProblemTypes.Conflict);
    }

    [Fact]
    public async Task OpenApi_Document_DescribesEveryEndpoint()
    {
        var document = JsonDocument.Parse(await silo.Http.GetStringAsync("/openapi/v1.json")).RootElement;

        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name)
            .Where(path => !path.StartsWith("/dashboard", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "/health/dependencies", "/health/live", "/health/ready", "/health/startup",
                "/v1/agents", "/v1/agents/{name}", "/v1/agents/{name}/charts/{chart}", "/v1/agents/{name}/conversations", "/v1/agents/{name}/conversations/ended", "/v1/agents/{name}/events", "/v1/agents/{name}/history",
                "/v1/agents/{name}/learner", "/v1/agents/{name}/metrics", "/v1/agents/{name}/rollback",
                "/v1/agents/{name}/serve", "/v1/agents/{name}/trainers", "/v1/agents/{name}/versions",
                "/v1/conversations", "/v1/conversations/{id}", "/v1/conversations/{id}/charts/value.svg", "/v1/conversations/{id}/end",
                "/v1/conversations/{id}/messages", "/v1/conversations/{id}/rewards",
                "/v1/users/{user}",
            ],
            paths);
        var reply = document.GetProperty("components").GetProperty("schemas").GetProperty("TurnReply").GetProperty("properties");
        Assert.True(reply.TryGetProperty("policy_version", out _), reply.GetRawText());
    }
}
