using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Archer.Client;
using Archer.Grains.Policies;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Tests.Policies;

/// <summary>Every policy server loads a version before it serves, however many there are behind a name.</summary>
public sealed class PolicyServersTests
{
    [Fact]
    public async Task Find_AName_IsAServerAtEachAddress()
    {
        var servers = new PolicyServers(
            [new Uri("http://policies:8080"), new Uri("http://10.0.0.2:8080"), new Uri("https://elsewhere")],
            (host, _) => Task.FromResult<IPAddress[]>(host == "policies" ? [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")] : []));

        Assert.Equal(["http://10.0.0.1:8080/", "http://10.0.0.2:8080/", "https://elsewhere/"], (await servers.FindAsync(default)).Select(server => server.ToString()));
    }

    [Fact]
    public async Task Find_ANameThatLeadsNowhere_IsAFailureThatPasses()
    {
        var servers = new PolicyServers([new Uri("http://policies:8080")], (_, _) => Task.FromException<IPAddress[]>(new SocketException(11001)));

        await Assert.ThrowsAsync<HttpRequestException>(() => servers.FindAsync(default));
    }

    [Fact]
    public async Task Load_AsksEveryServer()
    {
        var asked = new ConcurrentBag<string>();
        using var server = new FakeServer(request =>
        {
            asked.Add(request.RequestUri!.ToString());
            return FakeServer.Json("{}")(request);
        });

        await Client(server).LoadAsync("quiz", "v000002", default);

        Assert.Equal(["http://10.0.0.1:8080/v1/policies/quiz/versions/v000002/load", "http://10.0.0.2:8080/v1/policies/quiz/versions/v000002/load"], asked.Order());
    }

    [Fact]
    public async Task Load_OneServerDoesNotSeeIt_IsMissing()
    {
        using var server = new FakeServer(request => FakeServer.Json(
            """{"type":"urn:archer:problem:model-not-found","detail":"no such model"}""", request.RequestUri!.Host == "10.0.0.2" ? HttpStatusCode.NotFound : HttpStatusCode.OK)(request));

        var refusal = await Assert.ThrowsAsync<VersionRefusedException>(() => Client(server).LoadAsync("quiz", "v000002", default));

        Assert.True(refusal.IsMissing);
    }

    private static HttpPolicyClient Client(FakeServer server)
    {
        var options = new PolicyClientOptions { Address = new Uri("http://policy"), Retries = 0 };
        options.Servers.Add(new Uri("http://10.0.0.1:8080"));
        options.Servers.Add(new Uri("http://10.0.0.2:8080"));
        return new HttpPolicyClient(new HttpClient(server), Options.Create(options), TimeProvider.System, NullLogger<HttpPolicyClient>.Instance);
    }
}
