using System.Collections.Concurrent;
using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace Archer.Embedded.Calls;

/// <summary>The compiled proxy of a grain interface: made once per interface and process.</summary>
internal sealed class GrainProxy
{
    private static readonly ConcurrentDictionary<Type, Lazy<GrainProxy>> Proxies = new();

    private readonly Func<ReferenceTarget, IdSpan, GrainReference> _create;

    private GrainProxy(Type type)
    {
        Interface = type;
        InterfaceType = GrainInterfaceType.Create(type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.FullName!);
        MethodInfo[] methods = [.. type.GetInterfaces().Append(type).SelectMany(declaring => declaring.GetMethods()).Where(m => m.IsAbstract)];
        Methods = [.. methods.Select(method => new GrainMethod(method))];
        _create = new ProxyCompiler(type).Compile(methods);
    }

    public Type Interface { get; }

    public GrainInterfaceType InterfaceType { get; }

    /// <summary>Methods by the number that calls carry.</summary>
    public GrainMethod[] Methods { get; }

    public static GrainProxy For(Type type) => Proxies.GetOrAdd(type, static t => new(() => new GrainProxy(t))).Value;

    public GrainReference Create(ReferenceTarget target, IdSpan key) => _create(target, key);
}
