using Archer.Embedded.Activations;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Archer.Embedded.State;

/// <summary>A state that is read before its activation may run.</summary>
internal interface IActivationState
{
    Task ReadStateAsync(CancellationToken cancellationToken);
}

/// <summary>A persistent state of an activation: the state's own record, and where it is stored.</summary>
internal sealed class PersistentState<TState>(Activation activation, PersistentStatePlace place) : IPersistentState<TState>, IGrainState<TState>, IActivationState
{
    public TState State { get; set; } = Activator.CreateInstance<TState>();

    public string? ETag { get; set; }

    public bool RecordExists { get; set; }

    public string? Etag => ETag;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task ReadStateAsync(CancellationToken cancellationToken) =>
        GuardAsync("read", token => place.Storage.ReadStateAsync(place.StateName, activation.GrainId, this, token), cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        GuardAsync("write", token => place.Storage.WriteStateAsync(place.StateName, activation.GrainId, this, token), cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) =>
        GuardAsync("clear", token => place.Storage.ClearStateAsync(place.StateName, activation.GrainId, this, token), cancellationToken);

    private async Task GuardAsync(string action, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            await run(cancellationToken);
        }
        catch (InconsistentStateException conflict)
        {
            conflict.SourceActivation = activation;
            throw;
        }
        catch (Exception exception) when (exception is not (OrleansException or OperationCanceledException))
        {
            throw new OrleansException(
                $"Tried to {action} state \"{place.StateName}\" of grain {activation.GrainId}; its storage failed: {exception.Message}", exception);
        }
    }
}

/// <summary>Name and storage of a persistent state, shared by all activations of a class.</summary>
internal sealed record PersistentStatePlace(string StateName, IGrainStorage Storage);
