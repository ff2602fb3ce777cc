namespace Archer.Silo.Tests.Settings;

/// <summary>What the cluster stack's silo needs and checks: the other roles run elsewhere, and their settings are not its concern.</summary>
internal static class StackSettings
{
    /// <summary>Arguments without which it does not start.</summary>
    public static IReadOnlyList<string> Needed => ["--Archer:Redis=127.0.0.1:9", "--Archer:PolicyClient:Address=http://127.0.0.1:9"];

    /// <summary>How the problems begin that it finds in the settings of roles.</summary>
    public static IReadOnlyList<string> RoleProblems => [];
}
