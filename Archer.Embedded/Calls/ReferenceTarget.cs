using Orleans.Runtime;

namespace Archer.Embedded.Calls;

/// <summary>What all references to the grains of one class behind one interface share.</summary>
internal sealed class ReferenceTarget(IGrainRouter router, GrainType grainType, GrainInterfaceType interfaceType)
{
    public IGrainRouter Router { get; } = router;
    public GrainType GrainType { get; } = grainType;
    public GrainInterfaceType InterfaceType { get; } = interfaceType;
}

internal interface IGrainRouter
{
    object Cast(GrainReference reference, Type interfaceType);
}
