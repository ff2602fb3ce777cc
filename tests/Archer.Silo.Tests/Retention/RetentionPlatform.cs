using Archer.Client.Conversations;
using Archer.Replay;
using Archer.Grains;
using Archer.Grains.Conversations;
using Archer.Grains.History;
using Archer.Grains.Policies;
using Archer.Silo.Composition;
using Archer.Silo.Data;
using Archer.Testing.Grains;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Archer.Silo.Tests.Retention;

/// <summary>The runtime of a real silo on a place of its own, with a scripted policy, that looks for expired conversations all the time.</summary>
internal sealed class RetentionPlatform : IAsyncDisposable
{
    /// <summary>The agent that is configured.</summary>
    public const string Agent = "quiz";

    private readonly IHost _host;
    private readonly Func<ValueTask> _close;

    private RetentionPlatform(IHost host, FaultyReplayStore replay, Func<ValueTask> close) => (_host, Replay, _close) = (host, replay, close);

    public FaultyReplayStore Replay { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>Starts a silo.</summary>
    /// <param name="place">Chooses cluster and storage.</param>
    /// <param name="close">Closes what the place needs, after the silo.</param>
    /// <param name="settings">Settings beside those of the test.</param>
    public static async Task<RetentionPlatform> StartAsync(
        Action<ISiloBuilder, IConfiguration> place, Func<ValueTask> close, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"Archer:Agents:{Agent}:TurnLimit"] = "20",
            [$"Archer:Agents:{Agent}:IdleTimeoutSeconds"] = "600",
            ["Archer:Conversations:ResendAfter"] = "00:00:00.100",
            ["Archer:Conversations:PublishInterval"] = "00:00:00.002",
            ["Archer:Conversations:WatchPeriod"] = "00:00:00.020",
            ["Archer:Retention:Simulated"] = "00:00:00",
            ["Archer:Retention:Period"] = "00:00:00.050",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.Services.AddSingleton<IPolicyClient>(new ScriptedPolicy());
        builder.Services.AddArcherGrains();
        builder.UseOrleans(silo =>
        {
            place(silo, builder.Configuration);
            silo.UseArcherRuntime();
        });
        MakeFaulty(builder.Services);
        var host = builder.Build();

        // As the process does: without its marker a cluster's data counts as gone after a few seconds.
        host.Services.GetService<RedisLayout>()?.Take();
        await host.StartAsync();
        return new RetentionPlatform(host, (FaultyReplayStore)host.Services.GetRequiredService<IReplayStore>(), close);
    }

    public IConversationGrain Conversation(string id) => Grains.GetGrain<IConversationGrain>(id);

    /// <summary>Ids of the conversations that the agent lists.</summary>
    public async Task<IReadOnlyList<string>> ListedAsync()
    {
        var page = await Grains.GetGrain<IAgentHistoryGrain>(Agent).ListAsync(new ConversationQuery());
        return [.. page.Conversations.Select(conversation => conversation.Id)];
    }

    private static void MakeFaulty(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(IReplayStore));
        services.Remove(real);
        services.AddSingleton<IReplayStore>(provider => new FaultyReplayStore((IReplayStore)real.ImplementationFactory!(provider)));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _close();
    }
}
