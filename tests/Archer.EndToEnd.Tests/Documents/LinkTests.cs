using System.Text.RegularExpressions;
using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>Whatever a document points to is there: links, headings, files and projects that it names.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents =>
    [
        .. new[] { "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "models/README.md", "k8s/README.md" }
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file))),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_LeadSomewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var broken =
            from line in Prose(document)
            from link in Link().Matches(line)
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !Leads(document, folder, target)
            select target;

        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Paths_AreThere(string document)
    {
        var missing =
            from line in File.ReadLines(Path.Combine(Repository.Root, document))
            from path in Named().Matches(line).Concat(Project().Matches(line))
            where !Path.Exists(Path.Combine(Repository.Root, path.Groups[1].Value))
            select path.Groups[1].Value;

        Assert.Empty(missing);
    }

    private static bool Leads(string document, string folder, string target)
    {
        var parts = target.Split('#');
        var file = parts[0].Length == 0 ? Path.Combine(Repository.Root, document) : Path.GetFullPath(Path.Combine(folder, parts[0]));
        return Path.Exists(file) && (parts.Length == 1 || File.ReadLines(file).Any(line => line.StartsWith('#') && Anchor(line) == parts[1]));
    }

    /// <summary>As GitHub makes them of headings.</summary>
    private static string Anchor(string heading) =>
        NoAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    /// <summary>Lines outside of fences and of indented blocks.</summary>
    private static IEnumerable<string> Prose(string path)
    {
        var document = MarkdownDocument.Open(path);
        return document.Lines.Where((line, index) => !line.StartsWith("    ", StringComparison.Ordinal) && !document.Blocks.Any(block => index >= block.Line && index <= block.End));
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:Archer\.[A-Z]\w+|docs|tests|k8s|models|\.ci)/[\w./-]+?)/?`")]
    private static partial Regex Named();

    [GeneratedRegex(@"--project ([\w./-]+)")]
    private static partial Regex Project();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
