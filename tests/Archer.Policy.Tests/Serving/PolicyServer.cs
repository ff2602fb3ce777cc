using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Archer.Policy.Serving;
using Archer.Policy.Serving.Role;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Tests.Generation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenAI;

namespace Archer.Policy.Tests.Serving;

/// <summary>The policy server as its own process runs it, on a real Kestrel on the loopback interface.</summary>
internal sealed class PolicyServer : IAsyncDisposable
{
    public const string Agent = "twenty-questions";
    public const string Version = "v000001";

    private readonly WebApplication _app;

    private PolicyServer(WebApplication app, ScriptedLoader loader, StringWriter console)
    {
        Console = console;
        _app = app;
        Loader = loader;
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };
    }

    public ScriptedLoader Loader { get; }

    /// <summary>What it printed.</summary>
    public StringWriter Console { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public OpenAIClient OpenAI => new(
        new ApiKeyCredential("none"),
        new OpenAIClientOptions { Endpoint = new Uri(Http.BaseAddress!, "v1"), RetryPolicy = new ClientRetryPolicy(0) });

    /// <summary>With one agent of one version that says hashes, unless the test configures others.</summary>
    public static async Task<PolicyServer> StartAsync(
        Action<ScriptedLoader>? versions = null, Action<PolicyServerOptions>? options = null, bool scripted = true, string[]? settings = null,
        IServingVersions? serving = null)
    {
        var loader = new ScriptedLoader();
        (versions ?? (known => known.Add(Agent, Version, () => new HashModel(ScriptedLoader.Tokenizer.VocabularySize, 512)))).Invoke(loader);
        var console = new StringWriter();
        var app = PolicyProcess.Build(["--urls", "http://127.0.0.1:0", .. settings ?? []], builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.Services.AddSingleton<TextWriter>(console);
            builder.Services.Configure(options ?? (_ => { }));
            if (serving is not null)
            {
                builder.Services.AddSingleton(serving);
            }

            if (scripted)
            {
                builder.Services.AddSingleton<IPolicyLoader>(loader);
            }
        });
        await app.StartAsync();
        return new PolicyServer(app, loader, console);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) =>
        Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Posts and reads a good answer.</summary>
    public async Task<JsonElement> ReplyAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(path, body);
        var reply = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, reply.ToString());
        return reply;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
