using Archer.Grains;
using Archer.Grains.Replay;
using Archer.Grains.Retention;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Runtime.Providers;
using Orleans.Serialization;
using Orleans.Streams;

namespace Archer.Silo.Composition;

/// <summary>What every silo has in common, wherever it stands: transport of transitions, time-outs, collection, dashboard, quiet logs.</summary>
internal static class ArcherRuntime
{
    /// <summary>
    /// Writers take a message within milliseconds, and what they miss the outbox sends again: Orleans keeps five to thirty minutes, and tries for one minute to
    /// deliver a message to a writer that is gone, while the shard's next ones wait.
    /// </summary>
    private static readonly TimeSpan MessageAge = TimeSpan.FromSeconds(5);

    /// <summary>Addresses of grains that a silo remembers: more than are active at a time. Orleans keeps a million, of conversations that ended too.</summary>
    private const int DirectoryCacheSize = 16_384;

    /// <summary>Configures a silo.</summary>
    public static ISiloBuilder UseArcherRuntime(this ISiloBuilder silo)
    {
        // GetGrain reads the interface's attributes at every call: 42 of 76 µs of a turn's calls.
        silo.Services.Insert(0, ServiceDescriptor.Singleton<IGrainInterfaceTypeProvider, CachedGrainInterfaceTypes>());
        // A failure's cause is of any library's type: one without a codec would hide the failure itself from another silo.
        silo.Services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedExceptionTypeFilter = _ => true);
        silo.Services.AddRetention();
        return silo
            .Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = CallTimeouts.Default)
            .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = CallTimeouts.Default)
            .Configure<GrainCollectionOptions>(collection => collection.EnableActivationSheddingOnMemoryPressure = true)
            .Configure<GrainDirectoryOptions>(directory => directory.CacheSize = DirectoryCacheSize)
            // The outbox makes transitions durable, so that a queue may die; writers subscribe by attribute alone, so that no list of them is kept.
            .AddMemoryStreams(TransitionStream.Provider, streams =>
            {
                streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
                streams.ConfigureCacheEviction(eviction => eviction.Configure(KeepBriefly));
                streams.ConfigurePullingAgent(agent => agent.Configure(options => options.MaxEventDeliveryTime = MessageAge));
                streams.ConfigureBackoffProvider((_, _) => (IMessageDeliveryBackoffProvider)new StreamBackoff());
                streams.ConfigureBackoffProvider((_, _) => (IQueueReaderBackoffProvider)new StreamBackoff());
            })
            .AddDashboard()
            .AddStartupTask((services, stopping) => services.GetRequiredService<IGrainFactory>().LookAtConversationsAsync(cancellationToken: stopping));
    }

    private static void KeepBriefly(StreamCacheEvictionOptions eviction)
    {
        eviction.DataMinTimeInCache = MessageAge;
        eviction.DataMaxAgeInCache = MessageAge;
        eviction.MetadataMinTimeInCache = MessageAge;
    }
}
