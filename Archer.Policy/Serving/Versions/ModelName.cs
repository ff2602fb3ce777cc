using Archer.Policy.Checkpoints;

namespace Archer.Policy.Serving.Versions;

/// <summary>What a request calls a model: <c>agent</c> (the version that serves) or <c>agent@version</c>.</summary>
internal readonly record struct ModelName(string Agent, string? Version)
{
    /// <summary>Both parts are names of directories, so nothing that could lead elsewhere is allowed.</summary>
    public static bool TryParse(string text, out ModelName name)
    {
        var at = text.IndexOf('@');
        name = at < 0 ? new(text, null) : new(text[..at], text[(at + 1)..]);
        return CheckpointNames.IsSafe(name.Agent) && (name.Version is null || CheckpointNames.IsSafe(name.Version));
    }
}
