using Archer.Replay.Sqlite;
using Archer.Testing;

namespace Archer.Replay.Tests;

public sealed class SqliteEndedStatesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteStateTable _states;
    private readonly SqliteEndedStates _ended;

    public SqliteEndedStatesTests()
    {
        _database = SqliteDatabase.Open(_directory.Path);
        (_states, _ended) = (new SqliteStateTable(_database), new SqliteEndedStates(_database));
    }

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Find_OfAKind_IsInOrderOfTheEnd()
    {
        await WriteAsync("late", new StoredEnd(1, 30, null));
        await WriteAsync("early", new StoredEnd(1, 10, null));
        await WriteAsync("middle", new StoredEnd(1, 20, "owner"));
        await WriteAsync("other", new StoredEnd(2, 10, null));
        await WriteAsync("open", null);

        Assert.Equal(["early", "middle"], _ended.Find(1, until: 20, skip: 0, maximum: 9).Select(state => state.Grain));
        Assert.Equal(["middle"], _ended.Find(1, until: 30, skip: 1, maximum: 1).Select(state => state.Grain));
        Assert.Equal("owner", Assert.Single(_ended.Find(1, until: 30, skip: 1, maximum: 1)).End.Owner);
    }

    [Fact]
    public async Task Remove_WhatWasWrittenSince_IsKept()
    {
        await WriteAsync("a", new StoredEnd(1, 10, null));
        await WriteAsync("b", new StoredEnd(1, 20, null));
        var found = _ended.Find(1, until: 20, skip: 0, maximum: 9);
        await _states.WriteAsync("n", "a", found[0].Tag, [2], new StoredEnd(1, 10, null));

        var removed = await _ended.RemoveAsync([.. found.Select(state => state.Tag)], CancellationToken.None);

        Assert.Equal([false, true], removed);
        Assert.Equal([2], _states.Read("n", "a")!.Data);
        Assert.Null(_states.Read("n", "b"));
    }

    [Fact]
    public async Task Write_StateThatWasOver_IsOpenAgain()
    {
        var first = await WriteAsync("a", new StoredEnd(1, 10, null));
        await _states.WriteAsync("n", "a", first.Tag, [2]);

        Assert.Empty(_ended.Find(1, until: 99, skip: 0, maximum: 9));
    }

    [Fact]
    public async Task Shrink_AfterMuchWasRemoved_GivesTheSpaceBack()
    {
        await Task.WhenAll(Enumerable.Range(0, 4_000).Select(number =>
            _states.WriteAsync("n", $"{number}", null, new byte[20_000], new StoredEnd(1, number, null))));
        await _database.CleanAsync();
        var full = new FileInfo(_database.File).Length;
        await _ended.RemoveAsync([.. _ended.Find(1, until: 4_000, skip: 0, maximum: 4_000).Select(state => state.Tag)], CancellationToken.None);

        while (await _database.ShrinkAsync() > 0)
        {
            // A call gives back a bounded part.
        }

        await _database.CleanAsync();
        Assert.InRange(new FileInfo(_database.File).Length, 0, full / 4);
    }

    private Task<StateChange> WriteAsync(string grain, StoredEnd? end) => _states.WriteAsync("n", grain, null, [1], end);
}
