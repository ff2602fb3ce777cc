using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Archer.Replay.Sqlite;

/// <summary>
/// One connection with its prepared statements. Parameters are ?1, ?2, … in the order of the values: null, text, bytes, whole numbers. One thread at a time.
/// The statements are SQLite's own: a command of ADO.NET costs a writer more than the statement that it runs (docs/results/storage.md).
/// </summary>
public sealed class SqliteSession : IDisposable
{
    private const int BusyMilliseconds = 10_000;
    private readonly Dictionary<string, sqlite3_stmt> _statements = new(StringComparer.Ordinal);
    private readonly SqliteConnection _connection;

    /// <param name="connection">An open connection, which belongs to the session from now on.</param>
    internal SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _ = sqlite3_busy_timeout(Handle, BusyMilliseconds);
    }

    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    /// <exception cref="SqliteException">SQLite refused it.</exception>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (Step(statement))
            {
            }

            return sqlite3_changes(Handle);
        }
        finally
        {
            Release(statement);
        }
    }

    /// <summary>Runs statements that have no values and are run once, one after the other.</summary>
    /// <exception cref="SqliteException">SQLite refused one; those before it are done.</exception>
    public void ExecuteScript(string sql)
    {
        for (var rest = sql; !string.IsNullOrWhiteSpace(rest);)
        {
            Check(sqlite3_prepare_v2(Handle, rest, out var statement, out rest));
            using (statement)
            {
                while (Step(statement))
                {
                }
            }
        }
    }

    /// <summary>The first row's value as <paramref name="read"/> makes it; the default when there is no row.</summary>
    /// <exception cref="SqliteException">SQLite refused it.</exception>
    public T? First<T>(string sql, Func<SqliteRow, T> read, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            return Step(statement) ? read(new SqliteRow(statement)) : default;
        }
        finally
        {
            Release(statement);
        }
    }

    /// <summary>All rows.</summary>
    /// <exception cref="SqliteException">SQLite refused it.</exception>
    public List<T> All<T>(string sql, Func<SqliteRow, T> read, params ReadOnlySpan<object?> values)
    {
        var found = new List<T>();
        var statement = Bind(sql, values);
        try
        {
            while (Step(statement))
            {
                found.Add(read(new SqliteRow(statement)));
            }

            return found;
        }
        finally
        {
            Release(statement);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>Whether a transaction is open: SQLite ends one by itself when the disk is full.</summary>
    internal bool InTransaction => sqlite3_get_autocommit(Handle) == 0;

    private sqlite3 Handle => _connection.Handle!;

    /// <summary>A statement that is done with holds neither a lock nor its values.</summary>
    private static void Release(sqlite3_stmt statement)
    {
        // Resetting tells the failure of the last step again.
        _ = sqlite3_reset(statement);
        _ = sqlite3_clear_bindings(statement);
    }

    private sqlite3_stmt Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(sqlite3_prepare_v3(Handle, sql, SQLITE_PREPARE_PERSISTENT, out statement));
            _statements.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++)
        {
            Check(Bind(statement, i + 1, values[i]));
        }

        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null => sqlite3_bind_null(statement, index),
        long number => sqlite3_bind_int64(statement, index, number),
        int number => sqlite3_bind_int64(statement, index, number),
        string text => sqlite3_bind_text(statement, index, text),
        byte[] { Length: 0 } => sqlite3_bind_zeroblob(statement, index, 0),
        byte[] bytes => sqlite3_bind_blob(statement, index, bytes),
        _ => throw new ArgumentException($"Parameter ?{index} is a {value.GetType()}, expected null, text, bytes or a whole number."),
    };

    /// <summary>Whether there is a row.</summary>
    private bool Step(sqlite3_stmt statement)
    {
        var code = sqlite3_step(statement);
        if (code is not SQLITE_ROW and not SQLITE_DONE)
        {
            Check(code);
        }

        return code == SQLITE_ROW;
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, Handle);
}
