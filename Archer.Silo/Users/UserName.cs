namespace Archer.Silo.Users;

/// <summary>What a user may be called: only what can stand in the address under which the user is erased.</summary>
internal static class UserName
{
    private const int Longest = 128;

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(string name) =>
        name.Length is 0 or > Longest ? $"expected 1 to {Longest} characters, found {name.Length}"
        : name is "." or ".." || name.Any(char.IsControl) ? "expected no control characters, and neither . nor .., which no address can hold"
        : null;
}
