using System.Collections.Concurrent;
using Archer.Embedded.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Calls;

/// <summary>Gets references to the grains of a silo.</summary>
internal sealed class GrainFactory(Silo silo, IServiceProvider services) : IClusterClient
{
    private readonly ConcurrentDictionary<Type, ReferenceTarget> _targets = new();
    private readonly ConcurrentDictionary<(Type Interface, GrainType Grain), ReferenceTarget> _casts = new();

    public IServiceProvider ServiceProvider => services;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => Get<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => Get<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => Get<TGrainInterface>(TextKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey =>
        Get<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey, keyExtension), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey =>
        Get<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey, keyExtension), grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        (IGrain)(object)Target(grainInterfaceType, null).Create(GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        (IGrain)(object)Target(grainInterfaceType, null).Create(GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)(object)Target(grainInterfaceType, null).Create(TextKey(grainPrimaryKey));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)(object)CastTarget(typeof(TGrainInterface), grainId.Type).Create(grainId.Key);

    public IAddressable GetGrain(GrainId grainId) => silo.Catalog.ClassOf(grainId.Type).Untyped.Create(grainId.Key);

    /// <summary>The same grain behind another interface of its class.</summary>
    /// <exception cref="InvalidCastException">Its class does not implement the interface.</exception>
    public object Cast(GrainReference reference, Type interfaceType) => interfaceType.IsInstanceOfType(reference)
        ? reference
        : CastTarget(interfaceType, reference.Target.GrainType).Create(reference.Key);

    private static IdSpan TextKey(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return IdSpan.Create(key);
    }

    private TGrainInterface Get<TGrainInterface>(IdSpan key, string? prefix) =>
        (TGrainInterface)(object)Target(typeof(TGrainInterface), prefix).Create(key);

    private ReferenceTarget Target(Type type, string? prefix)
    {
        if (prefix is not null)
        {
            return new ReferenceTarget(silo.Catalog.ClassFor(type, prefix), GrainProxy.For(type));
        }

        return _targets.TryGetValue(type, out var target) ? target
            : _targets.GetOrAdd(type, t => new ReferenceTarget(silo.Catalog.ClassFor(t, null), GrainProxy.For(t)));
    }

    private ReferenceTarget CastTarget(Type type, GrainType grain) => _casts.GetOrAdd((type, grain), key =>
    {
        var grainClass = silo.Catalog.ClassOf(key.Grain);
        return key.Interface.IsAssignableFrom(grainClass.Type)
            ? new ReferenceTarget(grainClass, GrainProxy.For(key.Interface))
            : throw new InvalidCastException($"Grain class {grainClass.Type} does not implement {key.Interface}.");
    });
}
