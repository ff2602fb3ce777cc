using System.Net;
using System.Net.Http.Headers;
using Archer.Client;
using Archer.Silo.Tests.Http;

namespace Archer.Silo.Tests.Security;

public sealed class KeysTests(KeysTests.LockedSilo silo) : IClassFixture<KeysTests.LockedSilo>
{
    private const string First = "first-key-0123456789";
    private const string Second = "second-key-0123456789";

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong-key-0123456789")]
    [InlineData("Bearer ")]
    [InlineData("Basic " + First)]
    [InlineData(First)]
    public async Task Request_WithoutAKnownKey_Is401(string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        await silo.Http.SendAsync(request).ProblemAsync(401, ProblemTypes.Unauthorized);
    }

    [Theory]
    [InlineData(First)]
    [InlineData(Second)]
    public async Task Request_WithAKnownKey_IsAnswered(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        await silo.Http.SendAsync(request).JsonAsync();
    }

    [Fact]
    public async Task Change_WithAForeignOriginAndAKey_IsTaken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/agents/quiz/rollback");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", First);
        request.Headers.Add("Origin", "https://desk.example");

        await silo.Http.SendAsync(request).ProblemAsync(409, ProblemTypes.Conflict);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/page/index.html")]
    public async Task Page_NeedsNoKey(string path)
    {
        using var answer = await silo.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    public async Task OtherAddresses_NeedAKey(string path)
    {
        await silo.Http.GetAsync(path).ProblemAsync(401, ProblemTypes.Unauthorized);
    }

    [Fact]
    public async Task Health_NeedsNoKey()
    {
        foreach (var path in new[] { "/health/live", "/health/startup", "/health/ready" })
        {
            using var answer = await silo.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("/health/dependencies")]
    [InlineData("/health/dependencies/")]
    [InlineData("/Health/Dependencies")]
    public async Task Dependencies_NeedAKey(string path)
    {
        await silo.Http.GetAsync(path).ProblemAsync(401, ProblemTypes.Unauthorized);
    }

    public sealed class LockedSilo : SiloFixture
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Archer:Keys:0", First), new("Archer:Keys:1", Second)];
    }
}
