using Archer.Replay.Sqlite;
using Archer.Silo.Storage;
using Archer.Testing;

namespace Archer.Silo.Tests.Storage;

public sealed class SqliteReminderTableTests : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("watch", "1 ü/2");
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteReminderTable _table;

    public SqliteReminderTableTests()
    {
        _database = SqliteDatabase.Open(_directory.Path);
        _table = new SqliteReminderTable(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Upsert_ThenRead_IsTheSame()
    {
        var entry = EntryOf(Grain, "idle");

        var etag = await _table.UpsertRow(entry);

        var read = (await _table.ReadRow(Grain, "idle"))!;
        Assert.Equal((entry.GrainId, "idle", entry.StartAt, entry.Period, etag), (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.Equal("idle", Assert.Single((await _table.ReadRows(Grain)).Reminders).ReminderName);
        Assert.Null(await _table.ReadRow(Grain, "other"));
    }

    [Fact]
    public async Task Upsert_Again_TakesThePlaceWithANewVersion()
    {
        var first = (await _table.UpsertRow(EntryOf(Grain, "idle")))!;
        var later = EntryOf(Grain, "idle");
        later.Period = TimeSpan.FromHours(2);

        var second = (await _table.UpsertRow(later))!;

        Assert.NotEqual(first, second);
        Assert.Equal(TimeSpan.FromHours(2), Assert.Single((await _table.ReadRows(Grain)).Reminders).Period);
        Assert.False(await _table.RemoveRow(Grain, "idle", first));
        Assert.True(await _table.RemoveRow(Grain, "idle", second));
        Assert.False(await _table.RemoveRow(Grain, "idle", second));
        Assert.Empty((await _table.ReadRows(Grain)).Reminders);
    }

    [Fact]
    public async Task ReadRows_OfARange_HasThoseAboveItsBeginUpToItsEnd()
    {
        var grains = Enumerable.Range(0, 50).Select(key => GrainId.Create("watch", $"{key}")).ToList();
        foreach (var grain in grains)
        {
            await _table.UpsertRow(EntryOf(grain, "idle"));
        }

        foreach (var (begin, end) in Ranges(grains))
        {
            var expected = grains.Select(grain => grain.GetUniformHashCode())
                .Where(hash => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end);
            var found = (await _table.ReadRows(begin, end)).Reminders.Select(reminder => reminder.GrainId.GetUniformHashCode());
            Assert.Equal(expected.Order(), found.Order());
        }
    }

    [Fact]
    public async Task Clear_ForTests_RemovesAll()
    {
        await _table.UpsertRow(EntryOf(Grain, "idle"));

        await _table.TestOnlyClearTable();

        Assert.Empty((await _table.ReadRows(0, 0)).Reminders);
    }

    private static IEnumerable<(uint Begin, uint End)> Ranges(List<GrainId> grains)
    {
        var (one, other) = (grains[3].GetUniformHashCode(), grains[7].GetUniformHashCode());
        return [(0, 0), (0, uint.MaxValue), (uint.MaxValue, 0), (one, other), (other, one), (one, one)];
    }

    private static ReminderEntry EntryOf(GrainId grain, string name) => new()
    {
        GrainId = grain,
        ReminderName = name,
        StartAt = new DateTime(2026, 11, 21, 3, 0, 0, 7, DateTimeKind.Utc),
        Period = TimeSpan.FromMinutes(1),
    };
}
