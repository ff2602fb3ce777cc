namespace Archer.Replay.Sqlite;

/// <summary>The tables, and the numbers in the file's header by which a reader knows them.</summary>
internal static class SqliteSchema
{
    /// <summary>"Arch" in ASCII, in the header of every file of ours.</summary>
    public const long ApplicationId = 0x41726368;

    /// <summary>Grows with every change of the tables.</summary>
    public const long Version = 2;

    private const string Tables =
        """
        CREATE TABLE grain_state (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, grain TEXT NOT NULL, version INTEGER NOT NULL,
            checksum INTEGER NOT NULL, end_kind INTEGER, ended_at INTEGER, owner TEXT, data BLOB NOT NULL,
            UNIQUE (grain, name));
        CREATE INDEX grain_state_end ON grain_state (end_kind, ended_at, id) WHERE end_kind IS NOT NULL;
        CREATE TABLE reminder (
            grain TEXT NOT NULL, name TEXT NOT NULL, grain_hash INTEGER NOT NULL,
            start_at INTEGER NOT NULL, period INTEGER NOT NULL, version INTEGER NOT NULL,
            PRIMARY KEY (grain, name)) WITHOUT ROWID;
        CREATE INDEX reminder_hash ON reminder (grain_hash);
        CREATE TABLE replay_agent (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last INTEGER NOT NULL, rows INTEGER NOT NULL, episodes INTEGER NOT NULL,
            inserted INTEGER NOT NULL, evicted INTEGER NOT NULL, remembered INTEGER NOT NULL, seen INTEGER NOT NULL);
        CREATE TABLE replay_episode (
            id INTEGER PRIMARY KEY, agent INTEGER NOT NULL, conversation TEXT NOT NULL, status INTEGER NOT NULL, erased INTEGER NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL, rows INTEGER NOT NULL,
            UNIQUE (agent, conversation));
        CREATE INDEX replay_episode_age ON replay_episode (agent, status, last);
        CREATE TABLE replay_entry (
            id INTEGER PRIMARY KEY, episode INTEGER NOT NULL, turn INTEGER, revision INTEGER, checksum INTEGER, data BLOB);
        CREATE INDEX replay_entry_turn ON replay_entry (episode, turn, revision);
        """;

    /// <summary>Refuses a file of another program or version; a new one is welcome.</summary>
    /// <exception cref="StorageForeignException">The file is another's.</exception>
    public static void Check(SqliteSession session, string file)
    {
        var application = Number(session, "PRAGMA application_id");
        var version = Number(session, "PRAGMA user_version");
        if (application == ApplicationId && version != Version)
        {
            throw new StorageForeignException(
                $"{file} has schema version {version}, expected {Version}. "
                + "Start the version that wrote it, choose another data directory, or start over with --fresh.");
        }

        if (application != ApplicationId && (application != 0 || version != 0 || Number(session, "SELECT count(*) FROM sqlite_schema") != 0))
        {
            throw new StorageForeignException(
                $"{file} is a database of another program (application id {application:x}, expected {ApplicationId:x}). "
                + "Move it away or choose another data directory.");
        }
    }

    /// <summary>Makes the tables of a new file in one step.</summary>
    public static void CreateWhenMissing(SqliteSession session)
    {
        if (Number(session, "PRAGMA user_version") == Version)
        {
            return;
        }

        session.Execute("BEGIN IMMEDIATE");
        session.ExecuteScript(Tables);
        session.Execute($"PRAGMA application_id = {ApplicationId}");
        session.Execute($"PRAGMA user_version = {Version}");
        session.Execute("COMMIT");
    }

    private static long Number(SqliteSession session, string sql) => session.First(sql, row => row.GetInt64(0));
}
