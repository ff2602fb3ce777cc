namespace Archer.Silo.Tests.Settings;

/// <summary>What the embedded stack's process needs and checks: it has every role.</summary>
internal static class StackSettings
{
    /// <summary>Arguments without which it does not start.</summary>
    public static IReadOnlyList<string> Needed => [];

    /// <summary>How the problems begin that it finds in the settings of roles.</summary>
    public static IReadOnlyList<string> RoleProblems =>
    [
        "Archer:Demo: ",
        "Archer:Policy:KeepVersions: expected 1 to 1000, found '0'.",
        "Archer:Trainer is \"false\", expected settings below it.",
        "Archer:Trainer: Threads is 0, expected a positive number.",
        "Unknown setting Archer:Trainer:Learner:Critic:Heads",
    ];
}
