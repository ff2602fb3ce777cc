using System.Text.Json;
using Archer.Client.Policies;

namespace Archer.Policy.Checkpoints;

/// <summary>
/// Writes one version so that at every moment it is either there, whole, or not there: all files into a directory of another name, each made durable,
/// the manifest with their hashes last, then one rename.
/// </summary>
/// <param name="directory">The agent's directory.</param>
/// <param name="step">Told after every step that a crash can come after; tests crash there.</param>
internal sealed class CheckpointWriter(string directory, Action<string> step)
{
    private const string UnfinishedPrefix = ".writing-";
    private const string RemovedPrefix = ".removing-";

    /// <summary>Removes what earlier writers left behind when they died.</summary>
    public void RemoveUnfinished()
    {
        string[] prefixes = [UnfinishedPrefix, RemovedPrefix];
        foreach (var unfinished in prefixes.SelectMany(prefix => Directory.GetDirectories(directory, prefix + "*")))
        {
            Directory.Delete(unfinished, recursive: true);
            step("remove " + Path.GetFileName(unfinished));
        }
    }

    /// <summary>Writes the files and then the manifest, which gets their names, lengths and hashes.</summary>
    public PolicyManifest Write(PolicyManifest manifest, IReadOnlyList<CheckpointFile> files)
    {
        var unfinished = Path.Combine(directory, UnfinishedPrefix + manifest.Version);
        Directory.CreateDirectory(unfinished);
        step("create");
        var complete = manifest with
        {
            Files = [.. files.Select(file => WriteFile(unfinished, file)).OrderBy(file => file.Name, StringComparer.Ordinal)],
        };
        var json = PolicyManifestJson.Default.PolicyManifest;
        WriteFile(unfinished, new CheckpointFile(PolicyManifest.FileName, stream => JsonSerializer.Serialize(stream, complete, json)));
        DirectorySync.Flush(unfinished);
        step("flush directory");
        Directory.Move(unfinished, Path.Combine(directory, manifest.Version));
        step("rename");
        DirectorySync.Flush(directory);
        step("flush parent");
        return complete;
    }

    /// <summary>One rename takes the version away; the files go after it.</summary>
    public void Remove(string version)
    {
        var removed = Path.Combine(directory, RemovedPrefix + version);
        Directory.Move(Path.Combine(directory, version), removed);
        DirectorySync.Flush(directory);
        step("take away");
        Directory.Delete(removed, recursive: true);
    }

    private PolicyFile WriteFile(string unfinished, CheckpointFile file)
    {
        using var stream = new FileStream(Path.Combine(unfinished, file.Name), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        using var hashing = new HashingStream(stream, () => step("write " + file.Name));
        file.Write(hashing);
        stream.Flush(flushToDisk: true);
        step("flush " + file.Name);
        return new PolicyFile { Name = file.Name, Bytes = hashing.Count, Sha256 = hashing.Sha256() };
    }
}
