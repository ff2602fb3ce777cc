using Archer.Replay.Sqlite;
using Archer.Testing;

namespace Archer.Replay.Tests;

public sealed class SqliteDatabaseTests : IDisposable
{
    private const string Insert = "INSERT INTO grain_state (name, grain, version, data, checksum) VALUES ('n', ?1, 1, ?2, 0)";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Write_WhenItCompletes_IsSeenByReads()
    {
        using var database = Open();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(number => WriteAsync(database, $"{number}")));

        Assert.Equal(500, Count(database));
    }

    [Fact]
    public async Task Write_ThatThrows_FailsAloneInItsGroup()
    {
        using var database = Open();
        using var gate = new ManualResetEventSlim();
        var first = database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(20)));
        var before = WriteAsync(database, "before");
        var failing = database.WriteAsync<int>(session =>
        {
            session.Execute(Insert, "half", Array.Empty<byte>());
            throw new InvalidOperationException("refused");
        });
        var after = WriteAsync(database, "after");

        gate.Set();

        await Task.WhenAll(first, before, after);
        Assert.Equal("refused", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        Assert.Equal(2, Count(database));
    }

    [Fact]
    public async Task Write_Queued_SharesOneCommit()
    {
        using var database = Open();
        using var gate = new ManualResetEventSlim();
        var first = database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(20)));
        var seen = Enumerable.Range(0, 100).Select(number => database.WriteAsync(session =>
        {
            session.Execute(Insert, $"{number}", Array.Empty<byte>());
            return Count(database);
        })).ToList();

        gate.Set();
        await first;

        // A read on another connection, made while each was applied, sees none of the group.
        Assert.All(await Task.WhenAll(seen), count => Assert.Equal(0, count));
        Assert.Equal(100, Count(database));
    }

    [Fact]
    public async Task Write_CancelledWhileQueued_IsNotApplied()
    {
        using var database = Open();
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var first = database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(20)));
        var cancelled = database.WriteAsync(session => session.Execute(Insert, "c", Array.Empty<byte>()), cancellation.Token);

        await cancellation.CancelAsync();
        gate.Set();

        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(0, Count(database));
    }

    [Fact]
    public async Task Write_WhoseCallerBlocks_DoesNotHoldUpTheWriter()
    {
        using var database = Open();
        using var gate = new ManualResetEventSlim();
        var blocked = WriteAsync(database, "1").ContinueWith(
            _ => gate.Wait(TimeSpan.FromSeconds(20)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        await WriteAsync(database, "2").WaitAsync(TimeSpan.FromSeconds(20));

        gate.Set();
        await blocked;
    }

    [Fact]
    public async Task Write_OnAFullDisk_IsRefusedAndGoesOnWhenThereIsRoom()
    {
        using var database = Open();
        await WriteAsync(database, "kept", 50_000);
        await LimitAsync(database, pages: 1);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(number => Record.ExceptionAsync(() => WriteAsync(database, $"{number}", 100_000))));

        Assert.All(results, error => Assert.IsType<StorageFullException>(error));
        Assert.Contains("archer.db is full", results[0]!.Message, StringComparison.Ordinal);
        Assert.Equal(1, Count(database));
        await LimitAsync(database, pages: 1_000_000);
        await WriteAsync(database, "later", 100_000);
        Assert.Equal(2, Count(database));
    }

    [Fact]
    public async Task Clean_AfterADelete_TheTextHasLeftEveryFile()
    {
        using var database = Open();
        await WriteTextAsync(database, "my telephone number");
        Assert.True(Holds("my telephone number"u8));

        await database.WriteAsync(session => session.Execute("DELETE FROM grain_state WHERE grain = 'text'"));
        await database.CleanAsync();

        Assert.False(Holds("my telephone number"u8));
    }

    [Fact]
    public async Task Clean_AfterAnOverwrite_TheTextHasLeftEveryFile()
    {
        using var database = Open();
        await WriteTextAsync(database, string.Concat(Enumerable.Repeat("my telephone number ", 2000)));

        await database.WriteAsync(session => session.Execute("UPDATE grain_state SET data = x'00' WHERE grain = 'text'"));
        await database.CleanAsync();

        Assert.False(Holds("my telephone number"u8));
    }

    [Fact]
    public async Task Clean_AfterDeletes_GivesDiskBack()
    {
        using var database = Open();
        await WriteAsync(database, "large", 3 << 20);
        await database.CleanAsync();
        var before = new FileInfo(database.File).Length;
        await database.WriteAsync(session => session.Execute("DELETE FROM grain_state"));

        for (var round = 0; round < 3; round++)
        {
            await database.CleanAsync();
        }

        Assert.InRange(new FileInfo(database.File).Length, 1, before - (2 << 20));
    }

    [Fact]
    public async Task Remove_ThenOpen_IsANewDatabase()
    {
        using (var database = Open())
        {
            await WriteAsync(database, "old");
        }

        SqliteDatabase.Remove(_directory.Path);

        using var fresh = Open();
        Assert.Equal(0, Count(fresh));
    }

    [Fact]
    public async Task Dispose_WithWritesQueued_CommitsThem()
    {
        var database = Open();
        var writes = Enumerable.Range(0, 50).Select(number => WriteAsync(database, $"{number}")).ToList();

        database.Dispose();

        await Task.WhenAll(writes);
        using var reopened = Open();
        Assert.Equal(50, Count(reopened));
        Assert.Throws<ObjectDisposedException>(() => Count(database));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync(database, "late"));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("secure_delete", "1")]
    [InlineData("auto_vacuum", "2")]
    [InlineData("wal_autocheckpoint", "4000")]
    public async Task Settings_OfTheWriter_AreThoseOfTheDesign(string setting, string expected)
    {
        using var database = Open();

        var actual = await database.WriteAsync(session => session.First($"PRAGMA {setting}", row => row.GetString(0)));

        Assert.Equal(expected, actual);
    }

    private SqliteDatabase Open() => SqliteDatabase.Open(_directory.Path);

    private static Task<int> WriteAsync(SqliteDatabase database, string grain, int bytes = 10) =>
        database.WriteAsync(session => session.Execute(Insert, grain, new byte[bytes]));

    private static Task WriteTextAsync(SqliteDatabase database, string text) =>
        database.WriteAsync(session => session.Execute(Insert, "text", System.Text.Encoding.UTF8.GetBytes(text)));

    private static long Count(SqliteDatabase database) =>
        database.Read(session => session.First("SELECT count(*) FROM grain_state", row => row.GetInt64(0)));

    private static Task LimitAsync(SqliteDatabase database, int pages) =>
        database.WriteAsync(session => session.First($"PRAGMA max_page_count = {pages}", row => row.GetInt64(0)));

    private bool Holds(ReadOnlySpan<byte> text)
    {
        foreach (var file in Directory.GetFiles(_directory.Path, "archer.db*").Where(file => !file.EndsWith("-lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (bytes.AsSpan().IndexOf(text) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
