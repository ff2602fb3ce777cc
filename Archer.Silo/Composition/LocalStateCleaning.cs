using Archer.Embedded.Storage;
using Archer.Grains.Storage;

namespace Archer.Silo.Composition;

/// <summary>Overwritten states leave the local log when it is rewritten without them.</summary>
internal sealed class LocalStateCleaning(LocalGrainStorage storage) : IStateCleaning
{
    public Task CleanAsync(CancellationToken cancellationToken) => storage.CleanAsync().WaitAsync(cancellationToken);
}
