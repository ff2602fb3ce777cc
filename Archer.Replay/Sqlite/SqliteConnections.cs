using Microsoft.Data.Sqlite;

namespace Archer.Replay.Sqlite;

/// <summary>Opens the writer's and the readers' connections with their settings.</summary>
internal static class SqliteConnections
{
    // FULL and WAL: every commit is one fsync of the log. secure_delete: what is erased is overwritten with zeros, not only unlinked.
    // A conversation has about 10 kB: pages of 8 kB cost a quarter less processor time a write than those of 4 kB.
    // Temporary structures stay in memory, so that no text reaches a file that nobody cleans.
    private static readonly string[] WriterSettings =
    [
        "PRAGMA page_size = 8192",
        "PRAGMA auto_vacuum = INCREMENTAL",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA fullfsync = 1",
        "PRAGMA checkpoint_fullfsync = 1",
        "PRAGMA secure_delete = ON",
        "PRAGMA wal_autocheckpoint = 4000",
        "PRAGMA journal_size_limit = 67108864",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -16000",
    ];

    private static readonly string[] ReaderSettings = ["PRAGMA query_only = 1", "PRAGMA temp_store = MEMORY"];

    public static SqliteSession OpenWriter(string file)
    {
        var session = Open(file, SqliteOpenMode.ReadWriteCreate);
        try
        {
            // Before anything is changed: a file of another program stays as it is.
            SqliteSchema.Check(session, file);
            Set(session, WriterSettings);
            SqliteSchema.CreateWhenMissing(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public static SqliteSession OpenReader(string file)
    {
        var session = Open(file, SqliteOpenMode.ReadWrite);
        Set(session, ReaderSettings);
        return session;
    }

    private static SqliteSession Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            return new SqliteSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Set(SqliteSession session, string[] settings)
    {
        foreach (var setting in settings)
        {
            session.Execute(setting);
        }
    }
}
