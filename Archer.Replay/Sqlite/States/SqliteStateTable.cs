namespace Archer.Replay.Sqlite;

/// <summary>Table grain_state: one row for each named state of a grain, replaced only by whoever knows its version.</summary>
public sealed class SqliteStateTable(SqliteDatabase database)
{
    /// <summary>Reads a state; null when there is none.</summary>
    /// <exception cref="StorageDamagedException">The bytes are not those that were written.</exception>
    public StoredState? Read(string name, string grain)
    {
        var found = database.Read(session => session.First(
            "SELECT id, version, data, checksum FROM grain_state WHERE grain = ?1 AND name = ?2",
            row => (Tag: new StateTag(row.GetInt64(0), row.GetInt64(1)), Data: row.GetBytes(2), Checksum: row.GetInt64(3)),
            grain,
            name));
        if (found.Data is null)
        {
            return null;
        }

        Checksum.Check(found.Data, found.Checksum, $"State '{name}' of grain {grain} in {database.File}");
        return new StoredState(found.Tag, found.Data);
    }

    /// <summary>Writes a state when the stored version is the expected one; on the disk when it returns.</summary>
    /// <param name="name">Name of the state.</param>
    /// <param name="grain">The grain.</param>
    /// <param name="expected">The version that the caller has read; null when there was none.</param>
    /// <param name="data">The state's bytes; not to be changed before the call completes.</param>
    /// <param name="end">The end of what the state describes; null before.</param>
    public Task<StateChange> WriteAsync(string name, string grain, StateTag? expected, byte[] data, StoredEnd? end = null)
    {
        var checksum = (long)Checksum.Of(data);
        return database.WriteAsync(session => expected is { } tag
            ? Replace(session, name, grain, tag, data, checksum, end)
            : Insert(session, name, grain, data, checksum, end));
    }

    /// <summary>Removes a state when the stored version is the expected one. Its bytes leave the files with a clean-up.</summary>
    public Task<StateChange> ClearAsync(string name, string grain, StateTag? expected) => database.WriteAsync(session =>
        expected is { } tag && session.Execute("DELETE FROM grain_state WHERE id = ?1 AND version = ?2", tag.Id, tag.Version) == 1
            ? new StateChange(true, null)
            : Find(session, name, grain) is { } stored ? new StateChange(false, stored) : new StateChange(expected is null, null));

    private static StateChange Replace(SqliteSession session, string name, string grain, StateTag tag, byte[] data, long checksum, StoredEnd? end)
    {
        var changed = session.Execute(
            """
            UPDATE grain_state SET version = version + 1, data = ?3, checksum = ?4, end_kind = ?5, ended_at = ?6, owner = ?7
            WHERE id = ?1 AND version = ?2
            """,
            tag.Id,
            tag.Version,
            data,
            checksum,
            end?.Kind,
            end?.At,
            end?.Owner);
        return changed == 1
            ? new StateChange(true, tag with { Version = tag.Version + 1 })
            : new StateChange(false, Find(session, name, grain));
    }

    private static StateChange Insert(SqliteSession session, string name, string grain, byte[] data, long checksum, StoredEnd? end)
    {
        var id = session.First(
            """
            INSERT INTO grain_state (name, grain, version, data, checksum, end_kind, ended_at, owner) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO NOTHING RETURNING id
            """,
            row => row.GetInt64(0),
            name,
            grain,
            data,
            checksum,
            end?.Kind,
            end?.At,
            end?.Owner);
        return id != 0 ? new StateChange(true, new StateTag(id, 1)) : new StateChange(false, Find(session, name, grain));
    }

    private static StateTag? Find(SqliteSession session, string name, string grain) => session.First<StateTag?>(
        "SELECT id, version FROM grain_state WHERE grain = ?1 AND name = ?2", row => new StateTag(row.GetInt64(0), row.GetInt64(1)), grain, name);
}
