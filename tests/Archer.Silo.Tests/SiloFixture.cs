using System.Text;
using Archer.Grains;
using Archer.Grains.Policies;
using Archer.Grains.Replay;
using Archer.Replay;
using Archer.Silo.Composition;
using Archer.Testing;
using Archer.Testing.Grains;
using Archer.Testing.Replay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Archer.Silo.Tests;

/// <summary>The silo's HTTP API in memory, on real grains with a scripted policy.</summary>
public class SiloFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private TestReplay? _replay;
    private WebApplication? _app;

    public ScriptedPolicy Policy { get; } = new();

    public StateDisk Disk { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    /// <summary>What a test class sets beyond the usual.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    public async Task InitializeAsync()
    {
        _replay = await TestReplay.StartAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _directory.Path });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(GrainPlatform.Defaults);
        builder.Configuration.AddInMemoryCollection([new("Archer:StatusSeconds", "0"), .. Settings]);
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<IPolicyClient>(Policy);
        builder.Services.AddSingleton<IReplayStore>(new FaultyReplayStore(_replay.Store));
        builder.AddSilo();
        builder.UseOrleans(silo =>
        {
            silo.UseTestPlace();
            silo.Services.AddKeyedSingleton<IGrainStorage>(StorageNames.State, Disk.Open());
            silo.AddTestStreams(TransitionStream.Provider);
            silo.UseInMemoryReminderService();
        });
        _app = builder.Build();
        _app.UseSilo();
        await _app.StartAsync();
        Http = _app.GetTestClient();
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        await _replay!.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Posts a text as JSON.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string json) => Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Starts a conversation and gives its id.</summary>
    public async Task<string> BeginAsync(string id)
    {
        var answer = await PostAsync("/v1/conversations", $$"""{"agent":"{{GrainPlatform.Agent}}","id":"{{id}}"}""");
        answer.EnsureSuccessStatusCode();
        return id;
    }
}
