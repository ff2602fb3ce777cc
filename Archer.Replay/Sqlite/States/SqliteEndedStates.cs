namespace Archer.Replay.Sqlite;

/// <summary>Rows of table grain_state whose state has ended, by an index that holds no others.</summary>
public sealed class SqliteEndedStates(SqliteDatabase database)
{
    /// <summary>The oldest of a kind that ended at a time or before.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="until">Latest end, in milliseconds of Unix time.</param>
    /// <param name="skip">Oldest ones to pass over.</param>
    /// <param name="maximum">Most states of the answer.</param>
    public IReadOnlyList<StoredEndedState> Find(int kind, long until, int skip, int maximum) => database.Read(session => session.All(
        """
        SELECT grain, id, version, ended_at, owner FROM grain_state
        WHERE end_kind = ?1 AND ended_at <= ?2 ORDER BY ended_at, id LIMIT ?3 OFFSET ?4
        """,
        row => new StoredEndedState(
            row.GetString(0),
            new StateTag(row.GetInt64(1), row.GetInt64(2)),
            new StoredEnd(kind, row.GetInt64(3), row.IsNull(4) ? null : row.GetString(4))),
        kind,
        until,
        maximum,
        skip));

    /// <summary>The newest of a kind, latest end first, then by grain.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="until">Latest end, in milliseconds of Unix time.</param>
    /// <param name="before">Of those with that end, only grains before this one.</param>
    /// <param name="maximum">Most states of the answer.</param>
    public IReadOnlyList<(long At, string Grain)> List(int kind, long until, string before, int maximum) => database.Read(session => session.All(
        """
        SELECT ended_at, grain FROM grain_state
        WHERE end_kind = ?1 AND ended_at <= ?2 AND (ended_at < ?2 OR grain < ?3) ORDER BY ended_at DESC, grain DESC LIMIT ?4
        """,
        row => (row.GetInt64(0), row.GetString(1)),
        kind,
        until,
        before,
        maximum));

    /// <summary>Removes rows that still have the version that was found, all in one step; on the disk when it returns.</summary>
    /// <returns>For each row, whether it was removed.</returns>
    public Task<bool[]> RemoveAsync(IReadOnlyList<StateTag> tags, CancellationToken cancellationToken) => database.WriteAsync(
        session => tags.Select(tag => session.Execute("DELETE FROM grain_state WHERE id = ?1 AND version = ?2", tag.Id, tag.Version) == 1).ToArray(),
        cancellationToken);
}
