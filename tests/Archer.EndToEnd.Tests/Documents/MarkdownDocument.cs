using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>A fenced block of a document.</summary>
/// <param name="Language">First word after the fence; empty when there is none.</param>
/// <param name="Info">The other words.</param>
/// <param name="Text">What is inside, without the last line end.</param>
/// <param name="Line">Line of the opening fence, from 0.</param>
/// <param name="End">Line of the closing fence.</param>
internal sealed record Block(string Language, string Info, string Text, int Line, int End);

/// <summary>A document of the repository and its blocks.</summary>
internal sealed class MarkdownDocument
{
    private const string Fence = "```";

    private MarkdownDocument(string path, string[] lines)
    {
        (Path, Lines) = (path, lines);
        Blocks = [.. Read(lines)];
    }

    /// <summary>Path from the repository's root.</summary>
    public string Path { get; }

    public string[] Lines { get; }

    public IReadOnlyList<Block> Blocks { get; }

    public static MarkdownDocument Open(string path) => new(path, File.ReadAllLines(System.IO.Path.Combine(Repository.Root, path)));

    /// <summary>Commands of the shell blocks, one each line; a line that ends with a backslash goes on in the next.</summary>
    public static IReadOnlyList<string> Commands(Block block) =>
        [.. block.Text.Replace("\\\n", " ").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];

    /// <summary>The block that follows another directly, when it has one of some languages.</summary>
    public Block? After(Block block, params string[] languages)
    {
        var next = Blocks.SkipWhile(other => other != block).ElementAtOrDefault(1);
        return next is not null && languages.Contains(next.Language) ? next : null;
    }

    /// <summary>The document with other texts in some of its blocks.</summary>
    public string With(IReadOnlyDictionary<Block, string> texts)
    {
        List<string> lines = [.. Lines];
        foreach (var (block, text) in texts.OrderByDescending(entry => entry.Key.Line))
        {
            lines.RemoveRange(block.Line + 1, block.End - block.Line - 1);
            lines.InsertRange(block.Line + 1, text.Split('\n'));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<Block> Read(string[] lines)
    {
        for (var line = 0; line < lines.Length; line++)
        {
            if (!lines[line].StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var end = Array.FindIndex(lines, line + 1, candidate => candidate.StartsWith(Fence, StringComparison.Ordinal));
            var info = lines[line][Fence.Length..].Split(' ', 2);
            yield return new Block(info[0], info.ElementAtOrDefault(1) ?? "", string.Join('\n', lines[(line + 1)..end]), line, end);
            line = end;
        }
    }
}
