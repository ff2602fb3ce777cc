using Archer.Grains.Agents;
using Archer.Grains.Conversations;
using Archer.Grains.Policies;
using Archer.Grains.Retention;
using Archer.Hosting.Limits;
using Archer.Hosting.Settings;
using Archer.Hosting.Telemetry;
using Archer.Replay;
using Archer.Silo.Membership;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Settings;

/// <summary>The settings that this process reads, and what is wrong with them beyond a single value's range.</summary>
internal static class SiloSettings
{
    /// <summary>Sections of the silo itself; a composition adds those of the roles that it has.</summary>
    public static SettingsNode Create() => SettingsNode.Section()
        .AddOptions(typeof(SiloOptions))
        .AddOptions(typeof(AgentsOptions))
        .With(SiloOptions.Section + ":Conversations", typeof(ConversationOptions))
        .With(RetentionOptions.Section, typeof(RetentionOptions))
        .With(SiloOptions.Section + ":AgentHost", typeof(AgentOptions))
        .With(SiloOptions.Section + ":PolicyClient", typeof(PolicyClientOptions))
        .With(HttpLimitOptions.Section, typeof(HttpLimitOptions))
        .With(ReplayOptions.Section, typeof(ReplayOptions))
        .With(MembershipOptions.Section, typeof(MembershipOptions))
        .With(TelemetryOptions.Section, typeof(TelemetryOptions));

    /// <summary>Adds a role's section.</summary>
    public static SettingsNode With(this SettingsNode root, string section, Type options)
    {
        root.Add(Name(section), SettingsNode.Section().AddOptions(options));
        return root;
    }

    /// <summary>Adds to a role's section one below it that has an options type for each of some names.</summary>
    public static SettingsNode WithEach(this SettingsNode root, string section, string below, Type options)
    {
        root.Find(Name(section))!.Add(below, SettingsNode.Each(options));
        return root;
    }

    /// <summary>Adds the section of a role that runs elsewhere: whatever stands there is not this process's concern.</summary>
    public static SettingsNode WithOther(this SettingsNode root, string section)
    {
        root.Add(Name(section), SettingsNode.Opaque());
        return root;
    }

    /// <summary>Checks the names and the types of all settings; what is found is told together with everything else when the process starts.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="expected">Settings that it reads.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="switches">Words of the command line that it takes itself.</param>
    /// <param name="keys">Keys outside of the section that it reads.</param>
    public static void CheckSettings(
        this WebApplicationBuilder builder, SettingsNode expected, string[] arguments, IReadOnlyCollection<string> switches, IReadOnlyCollection<string> keys) =>
        builder.Services.RefuseStart<SiloOptions>(
            [.. CommandLineCheck.Run(arguments, expected, switches, keys), .. SettingsCheck.Run(builder.Configuration, SiloOptions.Section, expected)]);

    /// <summary>Validates all options before anything is made of them: a service that needs one of them would tell its problems alone.</summary>
    /// <exception cref="OptionsValidationException">Settings are wrong.</exception>
    /// <exception cref="AggregateException">Settings of several options types are wrong.</exception>
    public static void ValidateSettings(this WebApplication app) => app.Services.GetRequiredService<IStartupValidator>().Validate();

    private static string Name(string section) => section[(SiloOptions.Section.Length + 1)..];
}
