using System.Text.Json;
using Archer.Client.Policies;

namespace Archer.Policy.Checkpoints;

/// <summary>Reads and checks <c>manifest.json</c>; nothing in it is trusted.</summary>
internal static class ManifestReader
{
    private const int MaxFile = 1 << 20;

    /// <exception cref="CheckpointException">The manifest is missing or not valid.</exception>
    public static PolicyManifest Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxFile)
            {
                throw CheckpointException.AtByte(path, 0, $"at most {MaxFile} bytes", $"{length} bytes");
            }

            return Check(path, JsonSerializer.Deserialize(File.ReadAllBytes(path), PolicyManifestJson.Default.PolicyManifest));
        }
        catch (JsonException failure)
        {
            var place = failure.Path ?? $"line {failure.LineNumber + 1}, byte {failure.BytePositionInLine}";
            throw CheckpointException.AtPath(path, place, "a manifest", CheckpointException.Quote(failure.Message), failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.AtByte(path, 0, "a readable file", failure.Message, failure);
        }
    }

    private static PolicyManifest Check(string path, PolicyManifest? manifest)
    {
        if (manifest is null)
        {
            throw CheckpointException.AtPath(path, "$", "a manifest", "null");
        }

        if (manifest.Schema != PolicyManifest.CurrentSchema)
        {
            throw CheckpointException.AtPath(path, "$.schema", $"{PolicyManifest.CurrentSchema}", $"{manifest.Schema}");
        }

        if (manifest.Files.IsDefaultOrEmpty)
        {
            throw CheckpointException.AtPath(path, "$.files", "files", "none");
        }

        if (manifest.LineageTrainedOn.IsDefault)
        {
            throw CheckpointException.AtPath(path, "$.lineage_trained_on", "an array", "null");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { PolicyManifest.FileName };
        for (var i = 0; i < manifest.Files.Length; i++)
        {
            CheckFile(path, $"$.files[{i}]", manifest.Files[i], names);
        }

        return manifest;
    }

    private static void CheckFile(string path, string at, PolicyFile? file, HashSet<string> names)
    {
        if (file is null)
        {
            throw CheckpointException.AtPath(path, at, "a file", "null");
        }

        var name = CheckpointException.Quote(file.Name);
        if (!CheckpointNames.IsSafe(file.Name))
        {
            throw CheckpointException.AtPath(path, at + ".name", "a plain file name", name);
        }

        if (!names.Add(file.Name))
        {
            throw CheckpointException.AtPath(path, at + ".name", "each name once", $"{name} again");
        }

        if (file.Bytes < 0)
        {
            throw CheckpointException.AtPath(path, at + ".bytes", "a length", $"{file.Bytes}");
        }

        if (file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower))
        {
            throw CheckpointException.AtPath(path, at + ".sha256", "64 lower-case hexadecimal digits", CheckpointException.Quote(file.Sha256));
        }
    }
}
