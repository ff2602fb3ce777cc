using Archer.Hosting.Telemetry;

namespace Archer.Hosting.Settings;

/// <summary>The settings below <c>Archer</c> of a role in a process of its own, which may share its environment and files with the other roles.</summary>
public static class RoleSettings
{
    /// <summary>Name of the section that all roles share.</summary>
    public const string Section = "Archer";

    private static readonly string[] Sections =
        ["AgentHost", "Agents", "Config", "Conversations", "Demo", "Http", "InstallBaseCheckpoints", "Keys", "MaxBodyBytes", "Membership", "Policy", "PolicyClient", "Replay", "Retention", "Roles", "StatusSeconds", "Telemetry", "Trainer"];

    /// <summary>The role's own section, of several options types; where data lives; other roles' settings, which are not looked at.</summary>
    public static SettingsNode Of(string section, params Type[] options)
    {
        var root = SettingsNode.Section();
        foreach (var other in Sections)
        {
            root.Add(other, SettingsNode.Opaque());
        }

        var own = SettingsNode.Section();
        foreach (var type in options)
        {
            own.AddOptions(type);
        }

        root.Add(section[(Section.Length + 1)..], own);
        root.Add("Telemetry", SettingsNode.Section().AddOptions(typeof(TelemetryOptions)));
        root.Add("DataDirectory", SettingsNode.Value(typeof(string)));
        root.Add("Redis", SettingsNode.Value(typeof(string)));
        return root;
    }

    /// <summary>Problems of the command line and of the settings, in that order.</summary>
    public static IReadOnlyList<string> Check(this SettingsNode expected, IReadOnlyList<string> arguments, IConfiguration configuration) =>
        [.. CommandLineCheck.Run(arguments, expected, [], []), .. SettingsCheck.Run(configuration, Section, expected)];
}
