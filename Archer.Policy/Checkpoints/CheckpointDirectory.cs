using System.Security.Cryptography;
using Archer.Client.Policies;

namespace Archer.Policy.Checkpoints;

/// <summary>
/// A checkpoint directory that was found whole: with a manifest, all its files have the lengths and hashes that stand there; without one
/// (a directory from elsewhere, such as a base model) it is what it is.
/// </summary>
public sealed class CheckpointDirectory
{
    private readonly HashSet<string>? _names;

    private CheckpointDirectory(string path, PolicyManifest? manifest)
    {
        Path = path;
        Manifest = manifest;
        _names = manifest?.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Its manifest; null when it has none.</summary>
    public PolicyManifest? Manifest { get; }

    /// <summary>Opens a directory; when it has a manifest every file is read and compared with it.</summary>
    /// <exception cref="CheckpointException">The directory is missing, or a file is not as its manifest says.</exception>
    public static CheckpointDirectory Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw CheckpointException.AtPath(path, "the directory", "a checkpoint directory", "none");
        }

        var manifestPath = System.IO.Path.Combine(path, PolicyManifest.FileName);
        return File.Exists(manifestPath) ? Open(path, ManifestReader.Read(manifestPath)) : new CheckpointDirectory(path, null);
    }

    /// <summary>Whether the checkpoint has a file; one that its manifest does not name does not count.</summary>
    public bool Contains(string name) => _names?.Contains(name) ?? File.Exists(System.IO.Path.Combine(Path, name));

    /// <summary>Path of a file.</summary>
    /// <exception cref="CheckpointException">The checkpoint has no such file.</exception>
    public string FilePath(string name) => Contains(name)
        ? System.IO.Path.Combine(Path, name)
        : throw CheckpointException.AtPath(Path, "the directory", $"the file {name}", "none");

    internal static CheckpointDirectory Open(string path, PolicyManifest manifest)
    {
        foreach (var file in manifest.Files)
        {
            Verify(System.IO.Path.Combine(path, file.Name), file);
        }

        return new CheckpointDirectory(path, manifest);
    }

    private static void Verify(string path, PolicyFile file)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length != file.Bytes)
            {
                throw CheckpointException.AtByte(path, Math.Min(stream.Length, file.Bytes), $"{file.Bytes} bytes in all", $"{stream.Length} bytes");
            }

            var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (hash != file.Sha256)
            {
                throw CheckpointException.AtPath(path, "its SHA-256", file.Sha256, hash);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.AtByte(path, 0, "a readable file", failure.Message, failure);
        }
    }
}
