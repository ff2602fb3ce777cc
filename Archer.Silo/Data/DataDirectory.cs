namespace Archer.Silo.Data;

/// <summary>The data directory, held by this process alone until it is disposed.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly string _path;
    private readonly FileStream _lock;

    /// <summary>Takes the directory, making it when there is none.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    public DataDirectory(string path)
    {
        _path = path;
        Directory.CreateDirectory(path);
        try
        {
            _lock = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException held)
        {
            throw new DataDirectoryInUseException(
                $"The data directory {path} is in use by another silo: stop that one, or choose another with --Archer:DataDirectory=DIR.", held);
        }
    }

    /// <summary>Starts over: removes what the platform made, and nothing else.</summary>
    public void Clear()
    {
        string[] folders = [DataFolders.State, DataFolders.Replay, DataFolders.Policies, DataFolders.Trainer];
        foreach (var folder in folders.Select(name => Path.Combine(_path, name)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
