using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Archer.Client;
using Archer.Policy.Serving.Versions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Archer.Policy.Tests.Serving;

/// <summary>A model name without a version means the version that serves; the server never decides that by itself.</summary>
public sealed class UnqualifiedNameTests
{
    private const string First = "v000000";
    private const string Second = "v000002";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Decisions _decisions = new();

    [Fact]
    public async Task Chat_AnotherVersionComesToServe_IsAnsweredByIt()
    {
        await using var server = await StartAsync();
        _decisions.Serving = First;
        Assert.Equal(First, await AskAsync(server));

        _decisions.Serving = Second;

        Assert.True(await EventuallyAsync(async () => await AskAsync(server) == Second));
    }

    [Fact]
    public async Task Chat_OtherVersionIsLoadedOrAskedForByName_ChangesNothing()
    {
        await using var server = await StartAsync();
        _decisions.Serving = First;

        using var load = await server.Http.PostAsync($"v1/policies/{PolicyServer.Agent}/versions/{Second}/load", null);
        Assert.Equal(Second, await AskAsync(server, $"{PolicyServer.Agent}@{Second}"));

        Assert.Equal(First, await AskAsync(server));
    }

    [Fact]
    public async Task Chat_DecisionWasNeverRead_Is503()
    {
        await using var server = await StartAsync();
        _decisions.Failure = new PolicyUnavailableException("The agent does not answer.", TimeSpan.FromSeconds(1));

        using var response = await server.PostAsync("v1/chat/completions", JsonSerializer.Serialize(Hello(PolicyServer.Agent)));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1), (response.StatusCode, (int)response.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Equal(Second, await AskAsync(server, $"{PolicyServer.Agent}@{Second}"));
    }

    [Fact]
    public async Task Chat_DecisionCannotBeReadAnyMore_TheLastKnownGoesOnServing()
    {
        await using var server = await StartAsync();
        _decisions.Serving = First;
        Assert.Equal(First, await AskAsync(server));
        var asked = _decisions.Asked;

        _decisions.Failure = new PolicyUnavailableException("The agent does not answer.", TimeSpan.FromSeconds(1));

        Assert.True(await EventuallyAsync(async () => await AskAsync(server) == First && _decisions.Asked > asked));
        Assert.Equal(First, await AskAsync(server));
    }

    [Fact]
    public async Task Chat_NobodyDecides_IsAnsweredByTheNewestUsableVersion()
    {
        await using var server = await PolicyServer.StartAsync(loader =>
        {
            loader.Add(PolicyServer.Agent, "v000001", () => new RecitingModel("one"));
            loader.Add(PolicyServer.Agent, "v000003", () => throw new VersionRefusedException("damaged"));
            loader.Add(PolicyServer.Agent, "v000004", () => throw new ModelNotFoundException("it was there a moment ago"));
        });

        Assert.Equal("v000001", await AskAsync(server));
        server.Loader.Add(PolicyServer.Agent, "v000005", () => new RecitingModel("five"));
        Assert.Equal("v000005", await AskAsync(server));
        Assert.Equal(1, server.Loader.Loads(PolicyServer.Agent, "v000003"));
    }

    [Fact]
    public async Task Chat_SiloIsConfigured_IsAnsweredByTheVersionThatItNames()
    {
        var asked = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var silo = builder.Build();
        silo.MapGet("/v1/agents/{agent}", (string agent, HttpRequest request) =>
        {
            asked.Enqueue(request.Headers.Authorization.ToString());
            return agent == PolicyServer.Agent
                ? Results.Text($$$"""{"name":"{{{agent}}}","current":"{{{First}}}","canary_share":0,"versions":[],"definition":{"name":"{{{agent}}}"} }""", "application/json")
                : Results.NotFound();
        });
        await silo.StartAsync();
        await using var server = await PolicyServer.StartAsync(
            loader =>
            {
                AddVersions(loader);
                loader.Add("elsewhere", Second, () => new RecitingModel("elsewhere"));
            },
            settings: ["--Archer:Policy:Silo", silo.Urls.First(), "--Archer:Policy:SiloKey", "a-key-of-the-silo"]);

        Assert.Equal(First, await AskAsync(server));
        Assert.Equal(Second, await AskAsync(server, "elsewhere"));
        Assert.All(asked, key => Assert.Equal("Bearer a-key-of-the-silo", key));
    }

    private Task<PolicyServer> StartAsync() => PolicyServer.StartAsync(AddVersions, serving: _decisions);

    private static void AddVersions(ScriptedLoader loader)
    {
        loader.Add(PolicyServer.Agent, First, () => new RecitingModel("zero"));
        loader.Add(PolicyServer.Agent, Second, () => new RecitingModel("two"));
    }

    private static object Hello(string model) => new { model, messages = new[] { new { role = "user", content = "Hello" } }, max_tokens = 3 };

    private static async Task<string?> AskAsync(PolicyServer server, string model = PolicyServer.Agent) =>
        (await server.ReplyAsync("v1/chat/completions", Hello(model))).GetProperty("policy_version").GetString();

    private static async Task<bool> EventuallyAsync(Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await holds())
        {
            if (deadline.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Decisions : IServingVersions
    {
        private int _asked;

        public string? Serving { get; set; }

        public ArcherException? Failure { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public Task<string?> AskAsync(string agent, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return Failure is { } failure ? Task.FromException<string?>(failure) : Task.FromResult(Serving);
        }
    }
}
