using Archer.Replay.Sqlite;
using Archer.Testing;
using Archer.Testing.Replay;

namespace Archer.Replay.Tests;

public sealed class SqliteReplayStoreTests : ReplayStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<ReplayStoreLease> OpenAsync(ReplayOptions options)
    {
        var database = SqliteDatabase.Open(_directory.Path);
        return Task.FromResult(new ReplayStoreLease(new SqliteReplayStore(database, options), () =>
        {
            database.Dispose();
            return ValueTask.CompletedTask;
        }));
    }

    [Fact]
    public async Task Disk_AfterManyEvictions_HoldsAFewTimesWhatIsLive()
    {
        using (var database = SqliteDatabase.Open(_directory.Path))
        {
            var store = new SqliteReplayStore(database, new ReplayOptions { CapacityRows = 100 });
            for (var episode = 0; episode < 1000; episode++)
            {
                await store.AppendAsync("a", ReplayRows.Episode($"{episode}", 10));
                await store.ReportReadAsync("a", "trainer", episode * 10);
            }
        }

        Assert.InRange(new FileInfo(_directory["archer.db"]).Length, 20_000, 1 << 20);
    }

    [Fact]
    public async Task Erase_WhenItReturns_TheBytesHaveLeftTheDisk()
    {
        using var database = SqliteDatabase.Open(_directory.Path);
        var store = new SqliteReplayStore(database);
        var secret = ReplayRows.Of("b", 0) with { UserText = "my telephone number" };
        await store.AppendAsync("a", [.. ReplayRows.Episode("a", 5), secret]);
        Assert.NotEmpty(FilesWith("my telephone number"u8));

        await store.EraseAsync("a", "b");

        Assert.Empty(FilesWith("my telephone number"u8));
        Assert.Equal(5, (await store.GetStatisticsAsync("a")).Rows);
    }

    [Fact]
    public async Task Append_OnAFullDisk_IsAReplayExceptionAndGoesOnWhenThereIsRoom()
    {
        using var database = SqliteDatabase.Open(_directory.Path);
        var store = new SqliteReplayStore(database);
        await store.AppendAsync("a", [ReplayRows.Of("0", 0)]);
        await database.WriteAsync(session => session.First("PRAGMA max_page_count = 1", row => row.GetInt64(0)));

        var error = await Assert.ThrowsAsync<ReplayException>(async () => await store.AppendAsync("a", ReplayRows.Episode("1", 100)));

        Assert.StartsWith("The replay store could not append 100 rows of agent 'a': ", error.Message, StringComparison.Ordinal);
        Assert.IsType<StorageFullException>(error.InnerException);
        await database.WriteAsync(session => session.First("PRAGMA max_page_count = 1000000", row => row.GetInt64(0)));
        Assert.Equal(100, (await store.AppendAsync("a", ReplayRows.Episode("1", 100))).Added);
        Assert.Equal(101, (await store.GetStatisticsAsync("a")).Rows);
    }

    [Fact]
    public void Make_WithWrongOptions_ListsEveryProblem()
    {
        using var database = SqliteDatabase.Open(_directory.Path);

        var error = Assert.Throws<ArgumentException>(() =>
            new SqliteReplayStore(database, new ReplayOptions { CapacityRows = 0, MaxPoll = TimeSpan.Zero }));

        Assert.Contains("CapacityRows is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxPoll is 00:00:00", error.Message, StringComparison.Ordinal);
    }

    private List<string> FilesWith(ReadOnlySpan<byte> text)
    {
        var found = new List<string>();
        foreach (var file in Directory.GetFiles(_directory.Path).Where(file => !file.EndsWith("-lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (bytes.AsSpan().IndexOf(text) >= 0)
            {
                found.Add(file);
            }
        }

        return found;
    }
}
