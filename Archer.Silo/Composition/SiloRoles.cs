namespace Archer.Silo.Composition;

/// <summary>What one process does.</summary>
[Flags]
internal enum SiloRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Grains, HTTP API and page.</summary>
    Silo = 1,

    /// <summary>The policy server.</summary>
    Policy = 2,

    /// <summary>The trainer.</summary>
    Trainer = 4,

    /// <summary>Everything in one process.</summary>
    All = Silo | Policy | Trainer,
}

/// <summary>Reads <c>Archer:Roles</c>.</summary>
internal static class SiloRolesReading
{
    private const string Key = $"{SiloOptions.Section}:{nameof(SiloOptions.Roles)}";

    /// <summary>Roles of the process; all when none is named.</summary>
    /// <param name="configuration">Settings of the process.</param>
    /// <param name="problem">What is wrong with the setting; null when nothing is.</param>
    public static SiloRoles Read(IConfiguration configuration, out string? problem)
    {
        problem = null;
        var names = (configuration[Key] ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries);
        var roles = SiloRoles.None;
        foreach (var name in names)
        {
            roles |= name.ToLowerInvariant() switch
            {
                "silo" => SiloRoles.Silo,
                "policy" => SiloRoles.Policy,
                "trainer" => SiloRoles.Trainer,
                "all" => SiloRoles.All,
                _ => SiloRoles.None,
            };
        }

        var known = names.All(name => name.ToLowerInvariant() is "silo" or "policy" or "trainer" or "all");
        if (!known || roles == (SiloRoles.Policy | SiloRoles.Trainer))
        {
            problem = $"Archer: Roles is {configuration[Key]}, expected silo with or without policy and trainer, or policy or trainer alone.";
        }

        return names.Length == 0 ? SiloRoles.All : roles;
    }
}
