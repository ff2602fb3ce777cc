using Archer.Grains.Retention;
using Orleans.Storage;

namespace Archer.Silo.Storage;

/// <summary>
/// Grain storage in Redis that notes the ends of states. The note comes before the state, so that no ended state is without one; a note whose state was
/// not written is found out when it is due.
/// </summary>
internal sealed class EndingGrainStorage(IGrainStorage storage, RedisRetainedStates ends) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.State is IEndingState ending && ending.FindEnd() is { } end)
        {
            await ends.NoteAsync(grainId, end);
        }

        await storage.WriteStateAsync(stateName, grainId, grainState);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ClearStateAsync(stateName, grainId, grainState);
}
