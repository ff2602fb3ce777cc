using Orleans.Storage;

namespace Archer.Silo.Tests.Storage;

/// <summary>An open storage of a test.</summary>
public sealed class GrainStorageLease(IGrainStorage storage, Func<ValueTask> close) : IAsyncDisposable
{
    public IGrainStorage Storage { get; } = storage;

    public ValueTask DisposeAsync() => close();

    /// <summary>Writes a new state.</summary>
    public async Task<GrainState<Notes>> WriteAsync(GrainId grain, string text)
    {
        var state = new GrainState<Notes>(new Notes { Text = text });
        await Storage.WriteStateAsync("notes", grain, state);
        return state;
    }

    public async Task<GrainState<Notes>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<Notes>();
        await Storage.ReadStateAsync("notes", grain, state);
        return state;
    }
}

/// <summary>A state for tests.</summary>
[GenerateSerializer, Alias("archer.tests.notes")]
public sealed record Notes
{
    [Id(0)]
    public string Text { get; init; } = "";

    [Id(1)]
    public int Count { get; init; }

    [Id(2)]
    public float Number { get; init; } = float.NegativeInfinity;
}
