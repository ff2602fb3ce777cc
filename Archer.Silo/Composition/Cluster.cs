using System.Net;
using Archer.Grains;
using Archer.Grains.Retention;
using Archer.Replay;
using Archer.Replay.Redis;
using Archer.Silo.Data;
using Archer.Silo.Membership;
using Archer.Silo.Storage;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;

namespace Archer.Silo.Composition;

/// <summary>
/// The place of one silo of several: Redis keeps members, state, reminders and replay. The silo's address comes from the environment: POD_NAME, POD_IP,
/// ORLEANS_SERVICE_ID, ORLEANS_CLUSTER_ID, ORLEANS_SILO_PORT, ORLEANS_GATEWAY_PORT. Without POD_IP it talks to silos on this machine only, on free
/// ports unless they are set.
/// </summary>
internal static class Cluster
{
    /// <summary>Variables that tell the silo where it is.</summary>
    public static readonly string[] PlaceKeys =
        ["POD_NAME", "POD_IP", "ORLEANS_SERVICE_ID", "ORLEANS_CLUSTER_ID", "ORLEANS_SILO_PORT", "ORLEANS_GATEWAY_PORT"];

    private const string DefaultName = "archer";
    private const int DefaultSiloPort = 11111;
    private const int DefaultGatewayPort = 30000;

    /// <summary>Time between two signs of life in the table of members; after three without one a row counts as left behind.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    /// <summary>Joins the cluster that a Redis server names.</summary>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, IConfiguration configuration, string connection, bool fresh)
    {
        // Without a usable address nothing is connected: the start ends with every problem of the settings.
        var redis = RedisData.IsConnection(connection) ? RedisData.Parse(connection) : new ConfigurationOptions();
        silo.Services.AddSingleton<IConnectionMultiplexer>(_ => RedisData.Connect(connection, fresh));
        silo.Services.AddSingleton<RedisLayout>();
        silo.Services.AddHostedService<ClusterWatch>();
        silo.Services.AddSingleton<IReplayStore>(services => new RedisReplayStore(
            services.GetRequiredService<IConnectionMultiplexer>(), services.GetRequiredService<IOptions<ReplayOptions>>().Value));
        return silo
            .TakePlace(configuration)
            .TuneMembership()
            .AddDirectory()
            .LookAfterOrphans()
            .UseRedisClustering(options => options.ConfigurationOptions = redis)
            // The default is Newtonsoft's JSON by property name; the records carry their own contract ([Id], [Alias]).
            .AddRedisGrainStorage(RedisRetainedStates.StorageName, options => options.Configure<Serializer>((storage, serializer) =>
            {
                storage.ConfigurationOptions = redis;
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }))
            .NoteEnds()
            .UseRedisReminderService(options => options.ConfigurationOptions = redis);
    }

    private static ISiloBuilder NoteEnds(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<RedisRetainedStates>();
        silo.Services.AddSingleton<IRetainedStates>(services => services.GetRequiredService<RedisRetainedStates>());
        silo.Services.AddGrainStorage(StorageNames.State, (services, _) => new EndingGrainStorage(
            services.GetRequiredKeyedService<IGrainStorage>(RedisRetainedStates.StorageName), services.GetRequiredService<RedisRetainedStates>()));
        return silo;
    }

    /// <summary>
    /// A silo that was killed is found dead within a few seconds, so that calls to its grains complete elsewhere. One that starts beside a row left behind
    /// by a killed one (with no other silo to find it dead) goes by the row's last sign of life.
    /// </summary>
    private static ISiloBuilder TuneMembership(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<MembershipOptions>>((membership, options) =>
        {
            membership.ProbeTimeout = options.Value.ProbeTimeout;
            membership.MinProbeTimeout = options.Value.ProbeTimeout / 2;
            membership.MaxProbeTimeout = options.Value.ProbeTimeout * 2;
            membership.NumMissedProbesLimit = options.Value.MissedProbes;
            membership.NumVotesForDeathDeclaration = options.Value.Votes;
            membership.IAmAliveTablePublishTimeout = Heartbeat;
            membership.NumMissedTableIAmAliveLimit = 3;
            membership.TableRefreshTimeout = Heartbeat;
        });
        return silo;
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
            Port(configuration, "ORLEANS_SILO_PORT", DefaultSiloPort, address),
            Port(configuration, "ORLEANS_GATEWAY_PORT", DefaultGatewayPort, address),
            listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
    }

    /// <summary>
    /// While a silo comes or goes Orleans' usual directory may let a grain live twice for a moment. Its writes are safe, but the older one refuses what it
    /// does not know: a message about a reply that was given. This directory hands its ranges over, and asks the silos that are left what lives there.
    /// By default it holds the grains of a silo that was killed for thirty seconds, in case it still lives; here the tags of their states do that.
    /// </summary>
    private static ISiloBuilder AddDirectory(this ISiloBuilder silo)
    {
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
#pragma warning disable ORLEANSEXP003 // Its protocol may change from version to version, which a rolling update across them would notice.
        return silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
    }

    private static ISiloBuilder LookAfterOrphans(this ISiloBuilder silo)
    {
        silo.Services.AddHostedService<OrphanedConversations>();
        return silo;
    }

    /// <summary>The port that is set; else, on loopback, a free one, so that several silos can share a machine.</summary>
    private static int Port(IConfiguration configuration, string key, int usual, IPAddress address) =>
        configuration[key] is { Length: > 0 } || !IPAddress.IsLoopback(address) ? configuration.GetValue(key, usual) : LoopbackPort.Free();
}
