using Archer.Embedded.Activations;
using Orleans.Runtime;

namespace Archer.Embedded.Hosting;

/// <summary>Tells which activation runs the current turn.</summary>
internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext? GrainContext => Activation.Current;
}
