using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Keeps the states of grains. Writes are checked against the version that was read.</summary>
public interface IGrainStorage
{
    /// <summary>Reads into <paramref name="grainState"/>; without a record the state becomes a new instance and its version null.</summary>
    /// <param name="stateName">Name of the state within the grain.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">State, version and existence are set.</param>
    Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    /// <summary>Writes <paramref name="grainState"/> and sets its new version.</summary>
    /// <param name="stateName">Name of the state within the grain.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">Holds the version that storage is expected to have.</param>
    /// <exception cref="InconsistentStateException">Storage has another version.</exception>
    Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    /// <summary>Removes the state and resets <paramref name="grainState"/>.</summary>
    /// <param name="stateName">Name of the state within the grain.</param>
    /// <param name="grainId">The grain.</param>
    /// <param name="grainState">Holds the version that storage is expected to have.</param>
    /// <exception cref="InconsistentStateException">Storage has another version.</exception>
    Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    /// <inheritdoc cref="ReadStateAsync{T}(string, GrainId, IGrainState{T})"/>
    Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        ReadStateAsync(stateName, grainId, grainState);

    /// <inheritdoc cref="WriteStateAsync{T}(string, GrainId, IGrainState{T})"/>
    Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        WriteStateAsync(stateName, grainId, grainState);

    /// <inheritdoc cref="ClearStateAsync{T}(string, GrainId, IGrainState{T})"/>
    Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        ClearStateAsync(stateName, grainId, grainState);
}
