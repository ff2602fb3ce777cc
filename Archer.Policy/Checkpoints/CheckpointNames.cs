namespace Archer.Policy.Checkpoints;

/// <summary>Names that are safe inside a directory on every system, whoever gave them.</summary>
internal static class CheckpointNames
{
    private const int Longest = 100;

    /// <summary>Begins with a letter or digit, then letters, digits, <c>.</c>, <c>_</c>, <c>-</c>: never a path, never hidden, never <c>..</c>.</summary>
    public static bool IsSafe(string? name) =>
        name is { Length: > 0 and <= Longest }
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    public static void RequireSafe(string? name, string what)
    {
        if (!IsSafe(name))
        {
            throw new ArgumentException($"'{name}' cannot name {what}: expected letters, digits, '.', '_' and '-', at most {Longest}.");
        }
    }
}
