using Archer.Embedded.Activations;
using Orleans.Runtime;

namespace Archer.Embedded.Calls;

/// <summary>What all references to the grains of one class behind one interface share.</summary>
/// <param name="grainClass">The class.</param>
/// <param name="proxy">The interface; null for references that only know whom they mean.</param>
internal sealed class ReferenceTarget(GrainClass grainClass, GrainProxy? proxy)
{
    public GrainClass Class { get; } = grainClass;

    public GrainProxy? Proxy { get; } = proxy;

    public GrainType GrainType => Class.GrainType;

    public GrainInterfaceType InterfaceType => Proxy?.InterfaceType ?? default;

    /// <summary>A reference to one grain.</summary>
    public GrainReference Create(IdSpan key) => Proxy?.Create(this, key) ?? new GrainReference(this, key);
}
