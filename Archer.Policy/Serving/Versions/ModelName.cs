using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Archer.Policy.Serving.Versions;

/// <summary>What a request calls a model: <c>agent</c> (the version that serves) or <c>agent@version</c>.</summary>
internal readonly partial record struct ModelName(string Agent, string? Version)
{
    public static bool TryParse(string text, out ModelName name)
    {
        var at = text.IndexOf('@');
        name = at < 0 ? new(text, null) : new(text[..at], text[(at + 1)..]);
        return IsPart(name.Agent) && (name.Version is null || IsPart(name.Version));
    }

    /// <summary>Whether a text may be an agent's or a version's name. Both are names of directories, so nothing that could lead elsewhere is allowed.</summary>
    public static bool IsPart([NotNullWhen(true)] string? text) => text is not null && Part.IsMatch(text);

    public override string ToString() => Version is null ? Agent : $"{Agent}@{Version}";

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Part { get; }
}
