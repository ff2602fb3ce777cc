using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;

namespace Archer.Embedded.Hosting;

/// <summary>Knows which services are singletons, so that grains which need nothing else get no scope of their own.</summary>
internal sealed class ServiceLifetimes(IServiceCollection services)
{
    // Read on first use: by then the host has been built and the collection is complete.
    private readonly Lazy<FrozenDictionary<(Type, object?), ServiceLifetime>> _lifetimes = new(() => services
        .GroupBy(descriptor => (descriptor.ServiceType, descriptor.ServiceKey))
        .ToFrozenDictionary(group => group.Key, group => group.Last().Lifetime));

    public bool IsSingleton(Type type, object? key) => Find(type, key) == ServiceLifetime.Singleton;

    public bool IsKnown(Type type, object? key) => Find(type, key) is not null;

    private ServiceLifetime? Find(Type type, object? key)
    {
        if (_lifetimes.Value.TryGetValue((type, key), out var lifetime))
        {
            return lifetime;
        }

        return type.IsGenericType && _lifetimes.Value.TryGetValue((type.GetGenericTypeDefinition(), key), out var open) ? open : null;
    }
}
