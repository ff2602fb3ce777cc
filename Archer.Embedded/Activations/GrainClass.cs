using System.Collections.Concurrent;
using System.Reflection;
using Archer.Embedded.Calls;
using Archer.Embedded.Hosting;
using Archer.Embedded.State;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Archer.Embedded.Activations;

/// <summary>A grain class within a silo: what its attributes say, how instances are made, and which activations exist.</summary>
internal sealed class GrainClass
{
    private readonly ConcurrentDictionary<IdSpan, Activation> _activations = new();
    private readonly ConcurrentDictionary<IdSpan, StatelessWorkers>? _workers;
    private readonly Func<IdSpan, Activation> _create;
    private readonly Lazy<GrainConstructor> _constructor;
    private readonly int _maxWorkers;

    public GrainClass(Silo silo, Type type)
    {
        Silo = silo;
        Type = type;
        GrainType = NameOf(type);
        Untyped = new ReferenceTarget(this, null);
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        HasActivateHook = Overrides(type, nameof(IGrainBase.OnActivateAsync));
        HasDeactivateHook = Overrides(type, nameof(IGrainBase.OnDeactivateAsync));
        CollectionAge = AgeOf(type, silo);
        Subscriptions = [.. type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>(inherit: true)];
        _maxWorkers = type.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers ?? 0;
        _workers = _maxWorkers > 0 ? new() : null;
        _create = key => new Activation(this, key);
        _constructor = new(() => new GrainConstructor(type, silo));
    }

    public Silo Silo { get; }

    public Type Type { get; }

    public GrainType GrainType { get; }

    /// <summary>For references without an interface.</summary>
    public ReferenceTarget Untyped { get; }

    public bool IsReentrant { get; }

    public bool HasActivateHook { get; }

    public bool HasDeactivateHook { get; }

    /// <summary>Idle time after which an activation goes; <see cref="TimeSpan.MaxValue"/>: never.</summary>
    public TimeSpan CollectionAge { get; }

    public IReadOnlyList<ImplicitStreamSubscriptionAttribute> Subscriptions { get; }

    /// <summary>All activations; more may come while it is read.</summary>
    public IEnumerable<Activation> Activations => _workers is null
        ? _activations.Select(pair => pair.Value)
        : _workers.SelectMany(pair => pair.Value.All);

    public int Count => _workers is null ? _activations.Count : _workers.Sum(pair => pair.Value.All.Count);

    /// <summary>Name of a grain class in identities: its attribute, or the class name in lower case without the suffix.</summary>
    public static GrainType NameOf(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } attribute)
        {
            return GrainType.Create(attribute.GrainType);
        }

        var name = type.Name.ToLowerInvariant();
        return GrainType.Create(name.EndsWith("grain", StringComparison.Ordinal) && name.Length > "grain".Length ? name[..^"grain".Length] : name);
    }

    /// <summary>Hands a request to the activation of a key, which is made when there is none.</summary>
    public void Send(IdSpan key, Request request)
    {
        if (!_activations.TryGetValue(key, out var activation))
        {
            if (Silo.RefusesActivations)
            {
                request.Reject(new SiloUnavailableException(
                    $"Tried to call grain {GrainType}/{key}, but the silo is {(Silo.IsStarted ? "stopping" : "not running")}."));
                return;
            }

            activation = _workers is null
                ? _activations.GetOrAdd(key, _create)
                : _workers.GetOrAdd(key, k => new StatelessWorkers(this, k, _maxWorkers)).Choose();
        }

        activation.Post(request);
    }

    /// <summary>As <see cref="Send"/>, for a request that came to an activation too late.</summary>
    public void SendOn(IdSpan key, Request request) => Send(key, request);

    public void Remove(Activation activation)
    {
        if (_workers is null)
        {
            _activations.TryRemove(KeyValuePair.Create(activation.Key, activation));
        }
        else if (_workers.TryGetValue(activation.Key, out var workers))
        {
            workers.Remove(activation);
        }
    }

    public object CreateInstance(Activation activation, out IActivationState[] states) => _constructor.Value.Create(activation, out states);

    private static bool Overrides(Type type, string hook)
    {
        var map = type.GetInterfaceMap(typeof(IGrainBase));
        var index = Array.FindIndex(map.InterfaceMethods, method => method.Name == hook);
        var declaring = map.TargetMethods[index].DeclaringType;
        return declaring != typeof(Grain) && declaring != typeof(IGrainBase);
    }

    private static TimeSpan AgeOf(Type type, Silo silo)
    {
        var limit = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit;
        if (limit == Timeout.InfiniteTimeSpan || type.IsDefined(typeof(KeepAliveAttribute), inherit: true))
        {
            return TimeSpan.MaxValue;
        }

        var options = silo.CollectionOptions;
        return limit ?? (options.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var age) ? age : options.CollectionAge);
    }
}
