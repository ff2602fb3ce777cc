namespace Archer.EndToEnd.Tests.Kubernetes.Images;

/// <summary>The instructions of a Dockerfile, in order.</summary>
/// <param name="Instructions">Word in capitals, and what follows it; comments are left out and continued lines joined.</param>
internal sealed record Dockerfile(IReadOnlyList<(string Word, string Text)> Instructions)
{
    /// <summary>Names of the build arguments.</summary>
    public IEnumerable<string> Arguments => All("ARG").Select(argument => argument.Split('=')[0]);

    public static Dockerfile Read(string path) => Parse(File.ReadAllText(path));

    public static Dockerfile Parse(string text) => new(
    [
        .. text.ReplaceLineEndings("\n").Replace("\\\n", " ").Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 2))
            .Select(parts => (parts[0], parts.Length > 1 ? parts[1].Trim() : "")),
    ]);

    public IEnumerable<string> All(string word) => Instructions.Where(line => line.Word == word).Select(line => line.Text);

    public string? Last(string word) => All(word).LastOrDefault();
}
