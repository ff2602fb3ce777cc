using Archer.Replay.Sqlite;
using Archer.Testing;

namespace Archer.Replay.Tests;

public sealed class SqliteStateTableTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteStateTable _states;

    public SqliteStateTableTests()
    {
        _database = SqliteDatabase.Open(_directory.Path);
        _states = new SqliteStateTable(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Write_WithTheStoredVersion_ReplacesTheState()
    {
        var first = await _states.WriteAsync("n", "g", null, [1]);
        var second = await _states.WriteAsync("n", "g", first.Tag, [2]);

        Assert.True(first.Done && second.Done);
        var stored = _states.Read("n", "g")!;
        Assert.Equal(second.Tag, stored.Tag);
        Assert.Equal([2], stored.Data);
    }

    [Fact]
    public async Task Write_WithAnotherVersion_SaysWhichIsStored()
    {
        var first = await _states.WriteAsync("n", "g", null, [1]);
        var second = await _states.WriteAsync("n", "g", first.Tag, [2]);

        Assert.Equal(new StateChange(false, second.Tag), await _states.WriteAsync("n", "g", first.Tag, [3]));
        Assert.Equal(new StateChange(false, second.Tag), await _states.WriteAsync("n", "g", null, [3]));
        Assert.Equal(new StateChange(false, second.Tag), await _states.ClearAsync("n", "g", first.Tag));
        Assert.Equal([2], _states.Read("n", "g")!.Data);
    }

    [Fact]
    public async Task Clear_ThenWrite_LetsNoOldVersionFit()
    {
        var old = await _states.WriteAsync("n", "g", null, [1]);
        Assert.True((await _states.ClearAsync("n", "g", old.Tag)).Done);
        Assert.Null(_states.Read("n", "g"));

        var again = await _states.WriteAsync("n", "g", null, [2]);

        Assert.True(again.Done);
        Assert.Equal(new StateChange(false, again.Tag), await _states.WriteAsync("n", "g", old.Tag, [3]));
    }

    [Fact]
    public async Task Clear_WhatIsNotThere_IsDoneOnlyWhenNothingWasExpected()
    {
        Assert.True((await _states.ClearAsync("n", "g", null)).Done);
        Assert.False((await _states.ClearAsync("n", "g", new StateTag(9, 1))).Done);
    }

    [Theory]
    [InlineData("12-7", 12, 7)]
    [InlineData("12", 0, 0)]
    [InlineData("a-b", 0, 0)]
    [InlineData("", 0, 0)]
    public void Tag_OfAText_IsTheOneThatWroteIt(string text, long id, long version) =>
        Assert.Equal(new StateTag(id, version), StateTag.Parse(text));
}
