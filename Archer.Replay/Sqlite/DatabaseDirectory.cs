namespace Archer.Replay.Sqlite;

/// <summary>The directory that holds the database, held by this process alone until it is disposed.</summary>
internal sealed class DatabaseDirectory : IDisposable
{
    private const string LockName = "archer.db-lock";
    private static readonly string[] FormerFolders = ["state", "replay"];
    private readonly FileStream _lock;

    /// <summary>Takes a directory, making it when there is none.</summary>
    public DatabaseDirectory(string path)
    {
        RefuseFormerLayout(path);
        try
        {
            Directory.CreateDirectory(path);
            _lock = new FileStream(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException held) when (IsHeld(held))
        {
            throw new StorageInUseException(
                $"The data directory {path} is in use by another process. Stop that one, or choose another data directory.", held);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new StorageReadOnlyException(
                $"The data directory {path} cannot be written: {unusable.Message.TrimEnd('.')}. "
                + "Let this user write there, or choose another data directory.", unusable);
        }

        File = Path.Combine(path, SqliteDatabase.FileName);
    }

    /// <summary>Path of the database's file.</summary>
    public string File { get; }

    public void Dispose() => _lock.Dispose();

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeld(IOException failure) => failure.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static void RefuseFormerLayout(string path)
    {
        foreach (var folder in FormerFolders.Select(name => Path.Combine(path, name)).Where(Directory.Exists))
        {
            if (Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories).Any())
            {
                throw new StorageForeignException(
                    $"{folder} holds data of a former version, which kept them in segment files; this one keeps them in {SqliteDatabase.FileName}. "
                    + "Choose another data directory, or start over with --fresh.");
            }
        }
    }
}
