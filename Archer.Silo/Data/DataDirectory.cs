using Archer.Replay.Sqlite;

namespace Archer.Silo.Data;

/// <summary>The data directory, held by this process alone until it is disposed.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>The database and what SQLite keeps beside it, but not the lock.</summary>
    private const string DatabaseFiles = SqliteDatabase.FileName + "*";

    private readonly string _path;
    private readonly bool _fresh;
    private readonly FileStream _lock;

    /// <summary>Takes the directory, making it when there is none.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="fresh">Whether <see cref="Prepare"/> starts over.</param>
    /// <exception cref="DataDirectoryException">Another process has it, or nothing can be written there.</exception>
    public DataDirectory(string path, bool fresh = false)
    {
        (_path, _fresh) = (path, fresh);
        try
        {
            Directory.CreateDirectory(path);
            _lock = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException held) when (IsHeld(held))
        {
            throw new DataDirectoryException(
                $"The data directory {path} is in use by another silo: stop that one, or choose another with --Archer:DataDirectory=DIR.", held);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(
                $"The data directory {path} cannot be used: {unusable.Message.TrimEnd('.')}. Let this user write there, or choose another with --Archer:DataDirectory=DIR.", unusable);
        }
    }

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeld(IOException failure) => failure.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>Makes the directory ready: empties it when the process starts over.</summary>
    public void Prepare()
    {
        if (_fresh)
        {
            Clear();
        }
    }

    /// <summary>Starts over: removes what the platform made, and nothing else.</summary>
    public void Clear()
    {
        foreach (var file in Directory.GetFiles(_path, DatabaseFiles))
        {
            File.Delete(file);
        }

        string[] folders = [DataFolders.State, DataFolders.Replay, DataFolders.Policies, DataFolders.Trainer];
        foreach (var folder in folders.Select(name => Path.Combine(_path, name)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        SqliteDatabase.Remove(_path);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
