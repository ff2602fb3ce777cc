using SQLitePCL;
using static SQLitePCL.raw;

namespace Archer.Replay.Sqlite;

/// <summary>The row at which a statement stands: valid until the function that it was given to returns. Columns count from 0.</summary>
public readonly struct SqliteRow
{
    private readonly sqlite3_stmt _statement;

    internal SqliteRow(sqlite3_stmt statement) => _statement = statement;

    /// <summary>Whether the column is null.</summary>
    public bool IsNull(int column) => sqlite3_column_type(_statement, column) == SQLITE_NULL;

    /// <summary>A whole number; 0 for null.</summary>
    public long GetInt64(int column) => sqlite3_column_int64(_statement, column);

    /// <summary>A whole number of 32 bits; 0 for null.</summary>
    public int GetInt32(int column) => checked((int)GetInt64(column));

    /// <summary>Text; empty for null.</summary>
    public string GetString(int column) => sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    /// <summary>Bytes; none for null.</summary>
    public byte[] GetBytes(int column) => sqlite3_column_blob(_statement, column).ToArray();
}
