using System.Net;
using Archer.Client.Conversations;
using Archer.Client.Replay;
using Archer.Grains;
using Archer.Grains.Policies;
using Archer.Silo.Data;
using Archer.Silo.Http;
using Archer.Silo.Policies;
using Archer.Silo.Settings;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.Streams;
using StackExchange.Redis;

namespace Archer.Silo.Composition;

/// <summary>
/// The cluster stack: one silo of several on Microsoft Orleans. Redis keeps members, state, reminders, streams and replay; the policy server and the
/// trainer are processes of their own. The silo's place comes from the environment: POD_NAME, POD_IP, ORLEANS_SERVICE_ID, ORLEANS_CLUSTER_ID,
/// ORLEANS_SILO_PORT (11111), ORLEANS_GATEWAY_PORT (30000); without POD_IP it talks to other silos on this machine only.
/// </summary>
internal static class SiloProcess
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const string DefaultName = "archer";
    private const int DefaultSiloPort = 11111;
    private const int DefaultGatewayPort = 30000;
    private static readonly string[] PlaceKeys = ["POD_NAME", "POD_IP", "ORLEANS_SERVICE_ID", "ORLEANS_CLUSTER_ID", "ORLEANS_SILO_PORT", "ORLEANS_GATEWAY_PORT"];

    /// <summary>Entries that a stream keeps. Older ones may go: a conversation sends again what was not acknowledged.</summary>
    private const long StreamEntries = 65_536;

    /// <summary>Shorter than the pod's grace period, longer than any turn.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(120);

    /// <summary>Puts the process together.</summary>
    /// <param name="args">Configuration as <c>--key value</c>.</param>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddFiles();
        builder.Configuration.UseDataDirectory();
        if (!SiloOptionsValidator.ListenUrls(builder.Configuration).Any())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.CheckSettings(SiloSettings.Create().WithOther("Archer:Policy").WithOther("Archer:Trainer").WithOther("Archer:Demo"), args, [], PlaceKeys);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddHostedService<BaseCheckpoints>();
        builder.AddSilo();
        builder.Services.AddOptions<SiloOptions>().Validate(
            options => !string.IsNullOrWhiteSpace(options.Redis), "Archer: Redis is missing, expected the connection string of the server that the silos share.");
        builder.Services.AddOptions<PolicyClientOptions>().Validate(
            options => options.Address is not null, "Archer:PolicyClient: Address is missing, expected the address of the policy server.");
        // Without a usable address nothing is connected: the start ends with every problem of the settings.
        var redis = builder.Configuration[$"{SiloOptions.Section}:{nameof(SiloOptions.Redis)}"] is { Length: > 0 } address && RedisData.IsConnection(address)
            ? RedisData.Parse(address)
            : new ConfigurationOptions();
        builder.UseOrleans(silo => silo
            .TakePlace(builder.Configuration)
            .KeepInRedis(redis)
            .AddStartupTask((services, stopping) => services.GetRequiredService<IGrainFactory>().WakeWatchesAsync(stopping)));
        var app = builder.Build();
        app.ValidateSettings();
        app.UseSilo();
        return app;
    }

    private static ISiloBuilder TakePlace(this ISiloBuilder silo, IConfiguration configuration)
    {
        silo.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = configuration["ORLEANS_SERVICE_ID"] ?? DefaultName;
            options.ClusterId = configuration["ORLEANS_CLUSTER_ID"] ?? DefaultName;
        });
        if (configuration["POD_NAME"] is { Length: > 0 } name)
        {
            silo.Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = name);
        }

        var address = configuration["POD_IP"] is { Length: > 0 } ip ? IPAddress.Parse(ip) : IPAddress.Loopback;
        return silo.ConfigureEndpoints(
            address,
            configuration.GetValue("ORLEANS_SILO_PORT", DefaultSiloPort),
            configuration.GetValue("ORLEANS_GATEWAY_PORT", DefaultGatewayPort),
            listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
    }

    private static ISiloBuilder KeepInRedis(this ISiloBuilder silo, ConfigurationOptions redis)
    {
        silo.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(redis));
        silo.Services.AddSingleton<IReplayStore>(services => new RedisReplayStore(
            services.GetRequiredService<IConnectionMultiplexer>(), services.GetRequiredService<IOptions<ReplayOptions>>().Value));
        return silo
            .UseRedisClustering(options => options.ConfigurationOptions = redis)
            // The default is Newtonsoft's JSON by property name; the records carry their own contract ([Id], [Alias]).
            .AddRedisGrainStorage(StorageNames.State, options => options.Configure<Serializer>((storage, serializer) =>
            {
                storage.ConfigurationOptions = redis;
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }))
            .UseRedisReminderService(options => options.ConfigurationOptions = redis)
            .AddRedisStreams(TransitionStream.Provider, streams =>
            {
                streams.ConfigureOptions((options, _) =>
                {
                    options.ConfigurationOptions = redis;
                    options.MaxStreamLength = StreamEntries;
                });
                streams.ConfigurePartitioning(TransitionStream.Shards);
                // Writers subscribe by attribute alone: no store of subscriptions is needed.
                streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            });
    }
}
