using System.Globalization;
using Archer.Replay.Sqlite;

namespace Archer.Silo.Storage;

/// <summary>Reminders in the one-machine database.</summary>
internal sealed class SqliteReminderTable(SqliteDatabase database) : IReminderTable
{
    private const string Select = "SELECT grain, name, start_at, period, version FROM reminder";

    /// <summary>Nothing to do: the database makes its tables when it opens.</summary>
    public Task Init() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<ReminderTableData> ReadRows(GrainId grainId) => Task.FromResult(new ReminderTableData(
        database.Read(session => session.All($"{Select} WHERE grain = ?1", Read, grainId.ToString()))));

    /// <summary>Reminders whose grain's hash is in (begin, end], which goes over the greatest hash when begin is not below end.</summary>
    public Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        var range = begin < end ? "grain_hash > ?1 AND grain_hash <= ?2" : "(grain_hash > ?1 OR grain_hash <= ?2)";
        return Task.FromResult(new ReminderTableData(
            database.Read(session => session.All($"{Select} WHERE {range}", Read, (long)begin, (long)end))));
    }

    /// <inheritdoc/>
    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => Task.FromResult(
        database.Read(session => session.First($"{Select} WHERE grain = ?1 AND name = ?2", Read, grainId.ToString(), reminderName)));

    /// <inheritdoc/>
    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var version = await database.WriteAsync(session => session.First(
            """
            INSERT INTO reminder (grain, name, grain_hash, start_at, period, version) VALUES (?1, ?2, ?3, ?4, ?5, 1)
            ON CONFLICT DO UPDATE SET start_at = ?4, period = ?5, version = version + 1 RETURNING version
            """,
            row => row.GetInt64(0),
            entry.GrainId.ToString(),
            entry.ReminderName,
            (long)entry.GrainId.GetUniformHashCode(),
            entry.StartAt.Ticks,
            entry.Period.Ticks));
        return TextOf(version);
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && await database.WriteAsync(session => session.Execute(
            "DELETE FROM reminder WHERE grain = ?1 AND name = ?2 AND version = ?3", grainId.ToString(), reminderName, version)) == 1;

    /// <inheritdoc/>
    public Task TestOnlyClearTable() => database.WriteAsync(session => session.Execute("DELETE FROM reminder"));

    private static string TextOf(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static ReminderEntry Read(SqliteRow row) => new()
    {
        GrainId = GrainId.Parse(row.GetString(0), CultureInfo.InvariantCulture),
        ReminderName = row.GetString(1),
        StartAt = new DateTime(row.GetInt64(2), DateTimeKind.Utc),
        Period = TimeSpan.FromTicks(row.GetInt64(3)),
        ETag = TextOf(row.GetInt64(4)),
    };
}
