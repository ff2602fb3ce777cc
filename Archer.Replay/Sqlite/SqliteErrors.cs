using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Archer.Replay.Sqlite;

/// <summary>Says in the words of the domain what SQLite reports as a number.</summary>
internal static class SqliteErrors
{
    public static StorageException Translate(SqliteException error, string file) => error.SqliteErrorCode switch
    {
        SQLITE_FULL => new StorageFullException(
            $"The disk of {file} is full: nothing of this write is stored. Make room; writing goes on by itself.", error),
        SQLITE_CORRUPT => new StorageDamagedException(
            $"{file} has a damaged page ({error.Message}). Restore the data directory from a backup, or start over with --fresh.", error),
        SQLITE_NOTADB => new StorageDamagedException(
            $"{file} is not a database, or its first page is damaged. Restore it from a backup, move it away, or start over with --fresh.", error),
        SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_AUTH => new StorageReadOnlyException(
            $"{file} cannot be written ({error.Message}). Let this user write there, or choose another data directory.", error),
        SQLITE_BUSY or SQLITE_LOCKED => new StorageInUseException(
            $"{file} is locked by another process ({error.Message}). Stop what has it open, then try again.", error),
        _ => new StorageFailedException($"{file} could not be read or written ({error.Message}). Check the disk, then try again.", error),
    };
}
