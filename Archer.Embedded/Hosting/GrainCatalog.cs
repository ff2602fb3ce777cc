using System.Collections.Frozen;
using Archer.Embedded.Activations;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Hosting;

/// <summary>The grain classes of a silo: those of all assemblies that reference the host.</summary>
internal sealed class GrainCatalog
{
    private readonly FrozenDictionary<GrainType, GrainClass> _byName;

    public GrainCatalog(Silo silo, IEnumerable<Type> types)
    {
        Classes = [.. types.Select(type => new GrainClass(silo, type))];
        var doubled = Classes.GroupBy(c => c.GrainType).FirstOrDefault(group => group.Count() > 1);
        if (doubled is not null)
        {
            throw new OrleansConfigurationException(
                $"Grain type \"{doubled.Key}\" is claimed by {string.Join(" and ", doubled.Select(c => c.Type))}: give one of them [GrainType].");
        }

        _byName = Classes.ToFrozenDictionary(c => c.GrainType);
    }

    public IReadOnlyList<GrainClass> Classes { get; }

    /// <summary>The class of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public GrainClass ClassOf(GrainType type) => _byName.TryGetValue(type, out var found) ? found
        : throw new ArgumentException($"Could not find a grain class for grain type \"{type}\".", nameof(type));

    /// <summary>The class behind an interface.</summary>
    /// <param name="type">The interface.</param>
    /// <param name="prefix">Begin of the full name of the class, to choose among several.</param>
    /// <exception cref="ArgumentException">There is none, or more than one.</exception>
    public GrainClass ClassFor(Type type, string? prefix)
    {
        var found = Classes
            .Where(c => type.IsAssignableFrom(c.Type) && (prefix is null || c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal)))
            .ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ArgumentException($"Could not find an implementation for interface {type}.", nameof(type)),
            _ => throw new ArgumentException(
                $"Interface {type} has more than one implementation: {string.Join(", ", found.Select(c => c.Type))}. Give a class name prefix.", nameof(type)),
        };
    }

    /// <summary>The grain classes of this process.</summary>
    public static IEnumerable<Type> FindTypes() =>
        GrainAssemblies.Find().SelectMany(a => a.GetTypes()).Where(IsGrainClass).OrderBy(type => type.FullName, StringComparer.Ordinal);

    private static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(IGrainBase).IsAssignableFrom(type);
}
