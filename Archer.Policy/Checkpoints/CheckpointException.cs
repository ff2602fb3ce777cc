using Archer.Client;

namespace Archer.Policy.Checkpoints;

/// <summary>A file of a checkpoint is missing, damaged, or of a kind that is not supported. Nothing was loaded from it.</summary>
public sealed class CheckpointException : ArcherException
{
    private const int MaxQuote = 120;

    private CheckpointException(string file, string place, string expected, string actual, Exception? inner)
        : base(
            $"Checkpoint file '{file}' was refused at {place}: expected {expected}, found {actual}. Restore it from a copy or use another version.",
            inner)
    {
        File = file;
        Place = place;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>Path of the refused file or directory.</summary>
    public string File { get; }

    /// <summary>Where in the file: a byte offset (<c>byte 8</c>) or a JSON path (<c>$.model.merges[3]</c>).</summary>
    public string Place { get; }

    /// <summary>Offset in bytes from the start of the file; null when the place is not an offset.</summary>
    public long? Offset { get; private init; }

    /// <summary>What a valid file has there.</summary>
    public string Expected { get; }

    /// <summary>What this file has there.</summary>
    public string Actual { get; }

    internal static CheckpointException AtByte(string file, long offset, string expected, string actual, Exception? inner = null) =>
        new(file, $"byte {offset}", expected, actual, inner) { Offset = offset };

    internal static CheckpointException AtPath(string file, string path, string expected, string actual, Exception? inner = null) =>
        new(file, path, expected, actual, inner);

    /// <summary>Text from an untrusted file, short and on one line.</summary>
    internal static string Quote(string text)
    {
        var line = string.Create(Math.Min(text.Length, MaxQuote), text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
            }
        });
        return text.Length > MaxQuote ? $"'{line}…'" : $"'{line}'";
    }
}
