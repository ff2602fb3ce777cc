namespace Archer.Testing;

/// <summary>What becomes of a test whose program is missing.</summary>
public static class MissingTool
{
    /// <summary>Why the test is skipped; null in continuous integration (<c>CI=true</c>), where it runs and fails with the reason.</summary>
    /// <param name="reason">What is missing; null when nothing is.</param>
    public static string? Skip(string? reason) => Environment.GetEnvironmentVariable("CI") == "true" ? null : reason;
}
