using Archer.Embedded.Activations;
using Archer.Embedded.Calls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;

namespace Archer.Embedded.Hosting;

/// <summary>The grain host: what its activations share.</summary>
internal sealed class Silo
{
    private readonly Lazy<GrainCatalog> _catalog;
    private volatile SiloPhase _phase;

    public Silo(
        IServiceProvider services,
        ServiceLifetimes lifetimes,
        TimeProvider time,
        IOptions<GrainCollectionOptions> collection,
        IOptions<SiloMessagingOptions> messaging,
        ILogger<Silo> logger)
    {
        Services = services;
        Lifetimes = lifetimes;
        Time = time;
        CollectionOptions = collection.Value;
        MessagingOptions = messaging.Value;
        Logger = logger;
        Pending = new PendingCalls(MessagingOptions, time);
        Factory = new GrainFactory(this, services);
        Filters = [.. services.GetServices<IIncomingGrainCallFilter>()];
        _catalog = new(() => new GrainCatalog(this, GrainCatalog.FindTypes()));
    }

    public IServiceProvider Services { get; }

    public ServiceLifetimes Lifetimes { get; }

    public TimeProvider Time { get; }

    public GrainCollectionOptions CollectionOptions { get; }

    public SiloMessagingOptions MessagingOptions { get; }

    public ILogger Logger { get; }

    public PendingCalls Pending { get; }

    public GrainFactory Factory { get; }

    public IIncomingGrainCallFilter[] Filters { get; }

    public GrainCatalog Catalog => _catalog.Value;

    public bool IsStopping => _phase == SiloPhase.Stopping;

    public bool IsStarted => _phase != SiloPhase.NotStarted;

    /// <summary>
    /// Whether a call that needs a new activation is refused: always while the silo does not run; while it stops, only activations from before
    /// may still wake others, as their last turns may need them. Those that they wake may not, or two grains that wake each other would never end.
    /// </summary>
    public bool RefusesActivations => _phase switch
    {
        SiloPhase.Running => false,
        SiloPhase.Stopping => Activation.Current is null or { IsLate: true },
        _ => true,
    };

    public void Enter(SiloPhase phase) => _phase = phase;
}

/// <summary>Where a silo is in its life.</summary>
internal enum SiloPhase
{
    /// <summary>Not yet.</summary>
    NotStarted,

    /// <summary>Grains can be called.</summary>
    Running,

    /// <summary>Grains are being deactivated.</summary>
    Stopping,

    /// <summary>All grains are gone.</summary>
    Stopped,
}
