using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Archer.Replay.Sqlite;

/// <summary>
/// The database of one machine: grain state, reminders and replay in one file. A write is on the disk (fsync) when its task completes;
/// writes that wait at the same time share a commit. Reads run beside them on connections of their own and see every completed write.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    /// <summary>Name of the file in the data directory; SQLite keeps two more beside it.</summary>
    public const string FileName = "archer.db";

    private const int MaxIdleReaders = 8;
    private static readonly string[] FileSuffixes = ["", "-wal", "-shm"];
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly DatabaseDirectory _directory;
    private readonly GroupCommit _writer;
    private volatile bool _disposed;

    private SqliteDatabase(DatabaseDirectory directory, SqliteSession writer)
    {
        _directory = directory;
        _writer = new GroupCommit(writer, directory.File);
    }

    /// <summary>Path of the database's file.</summary>
    public string File => _directory.File;

    /// <summary>Opens the database of a data directory, making both when they are missing.</summary>
    /// <exception cref="StorageException">Another process has it, it is of another version, or it cannot be read or written.</exception>
    public static SqliteDatabase Open(string directory)
    {
        var held = new DatabaseDirectory(directory);
        SqliteSession? writer = null;
        try
        {
            writer = SqliteConnections.OpenWriter(held.File);
            return new SqliteDatabase(held, writer);
        }
        catch (Exception failure)
        {
            writer?.Dispose();
            held.Dispose();
            if (failure is SqliteException storage)
            {
                throw SqliteErrors.Translate(storage, held.File);
            }

            throw;
        }
    }

    /// <summary>Removes the database of a directory that no process has open.</summary>
    public static void Remove(string directory)
    {
        foreach (var suffix in FileSuffixes)
        {
            System.IO.File.Delete(Path.Combine(directory, FileName + suffix));
        }
    }

    /// <summary>
    /// Applies a change and completes when it is on the disk. The change runs on the writer's thread inside a transaction that others share;
    /// it runs a second time when that transaction had to be rolled back, so it must not change anything but the database.
    /// </summary>
    /// <param name="apply">The change. What it throws fails this call only, and nothing of it is stored.</param>
    /// <param name="cancellationToken">Takes the change back while it is queued; later it has no effect.</param>
    /// <exception cref="StorageException">The change is not stored.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> apply, CancellationToken cancellationToken = default)
    {
        var request = new WriteRequest<T>(apply, cancellationToken);
        _writer.Enqueue(request);
        return request.Task;
    }

    /// <summary>Completes when text that was erased or overwritten before this call has left the files.</summary>
    /// <exception cref="StorageException">It may still be in the log; call again.</exception>
    public Task CleanAsync(CancellationToken cancellationToken = default)
    {
        var request = new CleanRequest(cancellationToken);
        _writer.Enqueue(request);
        return request.Task;
    }

    /// <summary>
    /// Gives free pages back to the disk, in steps that writes wait for only briefly and at most 64 MiB a call. A sixteenth of the file stays free
    /// for what is written next.
    /// </summary>
    /// <returns>Pages that are given back; the file is shorter after the next checkpoint.</returns>
    public async Task<long> ShrinkAsync(CancellationToken cancellationToken = default)
    {
        var total = 0L;
        for (var step = 0; step < FreePages.MaxSteps; step++)
        {
            var given = await WriteAsync(FreePages.GiveBack, cancellationToken);
            total += given;
            if (given == 0)
            {
                break;
            }
        }

        return total;
    }

    /// <summary>Reads on the caller's thread. Statements see every write that completed before; a transaction makes several see the same.</summary>
    /// <exception cref="StorageException">The file cannot be read, or is damaged.</exception>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            var reader = _readers.TryTake(out var idle) ? idle : SqliteConnections.OpenReader(_directory.File);
            try
            {
                return read(reader);
            }
            finally
            {
                Return(reader);
            }
        }
        catch (SqliteException failure)
        {
            throw SqliteErrors.Translate(failure, _directory.File);
        }
    }

    /// <summary>Commits what is queued and closes the file.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        DropReaders();
        _writer.Dispose();
        _directory.Dispose();
    }

    private void Return(SqliteSession reader)
    {
        if (_disposed || _readers.Count >= MaxIdleReaders || reader.InTransaction)
        {
            reader.Dispose();
            return;
        }

        _readers.Add(reader);
        if (_disposed)
        {
            DropReaders();
        }
    }

    private void DropReaders()
    {
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }
}
