namespace Archer.Client.CommandLine;

/// <summary>Files and directories that a command makes: whole or not at all, and never in the place of others.</summary>
public static class NewOutput
{
    /// <summary>Checks that the place is free and can be written to, before the work begins.</summary>
    /// <exception cref="CommandException">Something is there already, or nothing can be written there.</exception>
    public static void Require(string path)
    {
        if (Path.Exists(path))
        {
            throw new CommandException($"{path} is there already: name another or remove it.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        while (folder is not null && !Path.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        try
        {
            using var probe = new FileStream(Path.Combine(folder!, $".writing-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"Nothing can be written to {folder}: name another place or let this user write there.");
        }
    }

    /// <summary>Makes a directory: it is filled beside its place, and one rename puts it there.</summary>
    public static void WriteDirectory(string path, Action<string> fill)
    {
        var writing = Begin(path);
        try
        {
            Directory.CreateDirectory(writing);
            fill(writing);
            Directory.Move(writing, path);
        }
        catch
        {
            Remove(writing);
            throw;
        }
    }

    /// <summary>Makes a file: it is written beside its place, and one rename puts it there.</summary>
    public static async Task WriteFileAsync(string path, Func<Stream, Task> write)
    {
        var writing = Begin(path);
        try
        {
            var stream = File.Create(writing);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }
            File.Move(writing, path);
        }
        catch
        {
            Remove(writing);
            throw;
        }
    }

    /// <summary>A name beside the place that is free: what a killed run left there goes.</summary>
    private static string Begin(string path)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(parent);
        var writing = Path.Combine(parent, $".writing-{Path.GetFileName(path)}");
        Remove(writing);
        return writing;
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
