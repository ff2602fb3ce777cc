using Archer.Replay;
using Archer.Replay.Sqlite;

namespace Archer.Testing.Replay;

/// <summary>The real replay store of one machine, in a directory of its own.</summary>
public sealed class TestReplay : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteDatabase _database;

    private TestReplay(ReplayOptions options)
    {
        _database = SqliteDatabase.Open(_directory.Path);
        Store = new SqliteReplayStore(_database, options);
    }

    /// <summary>The store.</summary>
    public IReplayStore Store { get; }

    /// <summary>Opens an empty store.</summary>
    public static Task<TestReplay> StartAsync(ReplayOptions? options = null) => Task.FromResult(new TestReplay(options ?? new ReplayOptions()));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
