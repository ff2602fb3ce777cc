using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Archer.Hosting.Limits;
using Archer.Policy.Serving;
using Archer.Silo;
using Archer.Silo.Settings;
using Archer.Trainer;
using SettingsNode = Archer.Hosting.Settings.SettingsNode;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>The settings that a container gets from its variables, and those that its role reads.</summary>
internal static partial class RoleSettings
{
    private const string Root = SiloOptions.Section;

    /// <summary>What stands where a secret will: long enough for a key.</summary>
    public const string Secret = "a-secret-of-sixteen-letters-and-more";

    /// <summary>The image of every role.</summary>
    public const string Image = "archer/archer";

    /// <summary>The role that a container of our image is started with; null for other images and for none.</summary>
    public static string? Role(JsonNode container) => Workload.ImageName(container) == Image ? container.Items("args").FirstOrDefault().Text() : null;

    /// <summary>The settings of a container's role; null for what is no role of ours.</summary>
    public static SettingsNode? Expected(JsonNode container) => Role(container) switch
    {
        "silo" => SiloSettings.Create(),
        "policy" => Shared(nameof(SiloOptions.DataDirectory))
            .With(HttpLimitOptions.Section, typeof(HttpLimitOptions))
            .With(PolicyServerOptions.Section, typeof(PolicyServerOptions), typeof(Archer.Policy.Serving.Role.PolicyProcessOptions)),
        "trainer" => Shared(nameof(SiloOptions.DataDirectory), nameof(SiloOptions.Redis))
            .With(TrainerOptions.Section, typeof(TrainerOptions), typeof(Archer.Trainer.Role.RoleOptions)),
        _ => null,
    };

    /// <summary>A container's variables as its process sees them: secrets are <see cref="Secret"/>, references to earlier variables are filled in.</summary>
    public static IReadOnlyDictionary<string, string> Variables(JsonNode container)
    {
        var variables = new Dictionary<string, string>();
        foreach (var variable in container.Items("env"))
        {
            var value = variable.Text("value") ?? (variable.At("valueFrom", "secretKeyRef") is not null ? Secret : "");
            variables[variable.Text("name")!] = Reference().Replace(value, found => variables.GetValueOrDefault(found.Groups[1].Value) ?? found.Value);
        }

        return variables;
    }

    /// <summary>Those variables that are settings, in the names of the configuration.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Settings(JsonNode container) =>
        from variable in Variables(container)
        where variable.Key.StartsWith(Root + "__", StringComparison.Ordinal)
        select KeyValuePair.Create(variable.Key.Replace("__", ":"), (string?)variable.Value);

    /// <summary>Names between <c>$(</c> and <c>)</c>.</summary>
    [GeneratedRegex(@"\$\(([^)]*)\)")]
    public static partial Regex Reference();

    /// <summary>Settings that roles read from the silo's section, without its options type.</summary>
    private static SettingsNode Shared(params string[] names)
    {
        var all = SettingsNode.Section().AddOptions(typeof(SiloOptions));
        var root = SettingsNode.Section();
        foreach (var name in names)
        {
            root.Add(name, all.Find(name)!);
        }

        return root;
    }

    private static SettingsNode With(this SettingsNode root, string section, Type options, Type role)
    {
        root.Add(section[(Root.Length + 1)..], SettingsNode.Section().AddOptions(options).AddOptions(role));
        return root;
    }
}
