using System.Collections.Concurrent;

namespace Archer.Silo.Composition;

/// <summary>Answers from memory what Orleans would read from the interface's attributes at every <c>GetGrain</c>.</summary>
internal sealed class CachedGrainInterfaceTypes(IServiceProvider services) : IGrainInterfaceTypeProvider
{
    private readonly ConcurrentDictionary<Type, GrainInterfaceType?> _types = new();

    /// <inheritdoc/>
    public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
    {
        var known = _types.GetOrAdd(type, Find);
        grainInterfaceType = known ?? default;
        return known is not null;
    }

    private GrainInterfaceType? Find(Type type)
    {
        foreach (var provider in services.GetServices<IGrainInterfaceTypeProvider>())
        {
            if (!ReferenceEquals(provider, this) && provider.TryGetGrainInterfaceType(type, out var found))
            {
                return found;
            }
        }

        return null;
    }
}
