using System.Collections.Frozen;
using System.Reflection;
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

    /// <summary>The grain classes of the assemblies that are loaded or referenced from there.</summary>
    public static IEnumerable<Type> FindTypes()
    {
        var host = typeof(Grain).Assembly.GetName().Name!;
        var seen = AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic).DistinctBy(a => a.FullName).ToDictionary(a => a.FullName!);
        var open = new Queue<Assembly>(seen.Values.Where(a => References(a, host)));
        var found = new HashSet<Assembly>(open);
        while (open.TryDequeue(out var assembly))
        {
            foreach (var name in assembly.GetReferencedAssemblies().Where(name => !seen.ContainsKey(name.FullName) && !IsFramework(name)))
            {
                var referenced = Assembly.Load(name);
                seen[name.FullName] = referenced;
                if (References(referenced, host) && found.Add(referenced))
                {
                    open.Enqueue(referenced);
                }
            }
        }

        return found.SelectMany(a => a.GetTypes()).Where(IsGrainClass).OrderBy(type => type.FullName, StringComparer.Ordinal);
    }

    private static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(IGrainBase).IsAssignableFrom(type);

    private static bool References(Assembly assembly, string name) => assembly.GetReferencedAssemblies().Any(r => r.Name == name);

    private static bool IsFramework(AssemblyName name) =>
        name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
