using Archer.Client.Replay;

namespace Archer.Testing.Replay;

/// <summary>The embedded stack's real replay store, in a directory of its own.</summary>
public sealed class TestReplay : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalReplayStore _store;

    private TestReplay(ReplayOptions options) =>
        _store = new LocalReplayStore(new LocalReplayOptions { Directory = _directory.Path, Replay = options });

    /// <summary>The store.</summary>
    public IReplayStore Store => _store;

    /// <summary>Opens an empty store.</summary>
    public static Task<TestReplay> StartAsync(ReplayOptions? options = null) => Task.FromResult(new TestReplay(options ?? new ReplayOptions()));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }
}
