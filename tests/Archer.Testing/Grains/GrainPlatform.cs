using System.Globalization;
using Archer.Client.Conversations;
using Archer.Grains;
using Archer.Grains.Agents;
using Archer.Grains.Conversations;
using Archer.Grains.Policies;
using Archer.Grains.Replay;
using Archer.Grains.Storage;
using Archer.Replay;
using Archer.Testing.Replay;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Archer.Testing.Grains;

/// <summary>All grains on a real host and the real replay store, with a scripted policy and disks that a test can break. It can crash and start again.</summary>
public sealed class GrainPlatform : IAsyncDisposable
{
    /// <summary>Name of the agent that is configured.</summary>
    public const string Agent = "quiz";

    /// <summary>Setting of this platform: rows that the replay buffer keeps.</summary>
    public const string ReplayCapacity = "Test:ReplayCapacity";

    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(15);
    private readonly TestReplay _replay;
    private readonly Dictionary<string, string?> _settings;
    private IHost? _host;
    private StateDisk.Session? _session;

    private GrainPlatform(TestReplay replay, Dictionary<string, string?> settings)
    {
        _replay = replay;
        _settings = settings;
        Replay = new FaultyReplayStore(replay.Store);
    }

    /// <summary>Quick enough for tests.</summary>
    public static IReadOnlyDictionary<string, string?> Defaults { get; } = new Dictionary<string, string?>
    {
        [$"Archer:Agents:{Agent}:TurnLimit"] = "20",
        [$"Archer:Agents:{Agent}:IdleTimeoutSeconds"] = "600",
        [$"Archer:Agents:{Agent}:SystemPrompt"] = "You ask questions.",
        [$"Archer:Agents:{Agent}:Seed"] = "7",
        ["Archer:Conversations:ResendAfter"] = "00:00:00.100",
        ["Archer:Conversations:WatchPeriod"] = "00:00:00.020",
        ["Archer:Conversations:PublishInterval"] = "00:00:00.002",
        ["Archer:AgentHost:ReportPeriod"] = "00:00:00.010",
        ["Archer:AgentHost:StatisticsPeriod"] = "00:00:00.020",
        ["Archer:AgentHost:MetricsPeriod"] = "00:00:00.020",
        ["Archer:AgentHost:HistoryPeriod"] = "00:00:00.020",
        ["Archer:AgentHost:AdmissionTimeout"] = "00:00:10",
    };

    /// <summary>The policy server.</summary>
    public ScriptedPolicy Policy { get; } = new();

    /// <summary>Calls that grains got.</summary>
    public GrainCallCounts Calls { get; } = new();

    /// <summary>The disk under grain state.</summary>
    public StateDisk Disk { get; } = new();

    /// <summary>The clean-up of grain state.</summary>
    public ScriptedCleaning Cleaning { get; } = new();

    /// <summary>The replay store.</summary>
    public FaultyReplayStore Replay { get; }

    /// <summary>The grains.</summary>
    public IGrainFactory Grains => _host!.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Services of the host.</summary>
    public IServiceProvider Services => _host!.Services;

    /// <summary>The agent.</summary>
    public IAgentGrain AgentGrain => Grains.GetGrain<IAgentGrain>(Agent);

    /// <summary>Starts a platform with settings on top of <see cref="Defaults"/>.</summary>
    public static async Task<GrainPlatform> StartAsync(params KeyValuePair<string, string?>[] settings)
    {
        var all = new Dictionary<string, string?>(Defaults);
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var options = new ReplayOptions();
        var capacity = all.TryGetValue(ReplayCapacity, out var rows) ? int.Parse(rows!, CultureInfo.InvariantCulture) : options.CapacityRows;
        var platform = new GrainPlatform(await TestReplay.StartAsync(options with { CapacityRows = capacity }), all);
        await platform.StartHostAsync();
        return platform;
    }

    /// <summary>A setting of the agent.</summary>
    public static KeyValuePair<string, string?> AgentSetting(string name, string value) => new($"Archer:Agents:{Agent}:{name}", value);

    /// <summary>A conversation.</summary>
    public IConversationGrain Conversation(string id) => Grains.GetGrain<IConversationGrain>(id);

    /// <summary>Starts a conversation.</summary>
    public async Task<IConversationGrain> BeginAsync(string id, Func<StartConversation, StartConversation>? change = null)
    {
        var start = new StartConversation { Agent = Agent };
        var conversation = Conversation(id);
        await conversation.StartAsync(change?.Invoke(start) ?? start);
        return conversation;
    }

    /// <summary>Rows of a conversation in the replay buffer, latest revisions in turn order.</summary>
    public async Task<IReadOnlyList<ReplayRow>> RowsAsync(string conversation) =>
        [.. (await Replay.ReadConversationAsync(Agent, conversation)).Select(entry => entry.Row!)];

    /// <summary>Waits until a conversation has so many rows.</summary>
    public async Task<IReadOnlyList<ReplayRow>> WaitForRowsAsync(string conversation, int count)
    {
        await Eventually.TrueAsync(async () => (await RowsAsync(conversation)).Count == count, $"{count} rows of conversation {conversation}");
        return await RowsAsync(conversation);
    }

    /// <summary>The host dies: nothing that it does from now on reaches the disk, and what it had in memory is gone.</summary>
    public async Task CrashAsync()
    {
        _session!.Die();
        Replay.FailAppends = true;
        await StopHostAsync();
        Replay.FailAppends = false;
    }

    /// <summary>The host stops in order.</summary>
    public Task StopAsync() => StopHostAsync();

    /// <summary>Starts the host again after a crash or a stop.</summary>
    public Task RestartAsync() => StartHostAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopHostAsync();
        await _replay.DisposeAsync();
    }

    private async Task StartHostAsync()
    {
        _session = Disk.Open();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Services.AddSingleton<IPolicyClient>(Policy);
        builder.Services.AddSingleton<IReplayStore>(Replay);
        builder.Services.AddSingleton<IStateCleaning>(Cleaning);
        builder.Services.AddSingleton<ITaskRules, ScriptedTask>();
        builder.Services.AddArcherGrains();
        builder.UseOrleans(silo =>
        {
            silo.UseTestPlace();
            silo.AddIncomingGrainCallFilter(Calls);
            silo.Services.AddKeyedSingleton<IGrainStorage>(StorageNames.State, _session);
            silo.AddTestStreams(TransitionStream.Provider);
            silo.UseInMemoryReminderService();
            silo.AddStartupTask((services, stopping) => services.GetRequiredService<IGrainFactory>().LookAtConversationsAsync(cancellationToken: stopping));
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    private async Task StopHostAsync()
    {
        if (_host is { } host)
        {
            _host = null;
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await host.StopAsync();
            host.Dispose();
            if (clock.Elapsed > StopDeadline)
            {
                throw new TimeoutException($"The host took {clock.Elapsed} to stop.");
            }
        }
    }
}
