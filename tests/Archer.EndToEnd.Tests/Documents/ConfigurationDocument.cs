using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Archer.Client.Agents;
using Archer.Client.Http;
using Archer.Grains.Agents;
using Archer.Grains.Conversations;
using Archer.Grains.Policies;
using Archer.Grains.Retention;
using Archer.Hosting.Limits;
using Archer.Hosting.Telemetry;
using Archer.Policy.Serving;
using Archer.Replay;
using Archer.Silo;
using Archer.Silo.Demo;
using Archer.Silo.Membership;
using Archer.Trainer;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>Writes docs/configuration.md from the options types: names and defaults by reflection, meanings from their comments.</summary>
internal static partial class ConfigurationDocument
{
    /// <summary>The document.</summary>
    public const string Path = "docs/configuration.md";

    private static readonly Section[] Sections =
    [
        new("Archer", typeof(SiloOptions), "silo"),
        new("Archer:Http", typeof(HttpLimitOptions), "silo, policy server of its own"),
        new("Archer:Agents:{name}", typeof(AgentDefinition), "silo") { Leaves = [nameof(AgentDefinition.Name)] },
        new("Archer:Trainer", typeof(TrainerOptions), "trainer") { Leaves = [nameof(TrainerOptions.PoliciesDirectory), nameof(TrainerOptions.StateDirectory)] },
        new("Archer:Trainer", typeof(Trainer.Role.RoleOptions), "trainer of its own"),
        new("Archer:Telemetry", typeof(TelemetryOptions), "every process"),
        new("Archer:Replay", typeof(ReplayOptions), "silo"),
        new("Archer:Membership", typeof(MembershipOptions), "silo of a cluster"),
        new("Archer:Demo", typeof(DemoOptions), "silo"),
        new("Archer:Conversations", typeof(ConversationOptions), "silo"),
        new("Archer:Retention", typeof(RetentionOptions), "silo"),
        new("Archer:AgentHost", typeof(AgentOptions), "silo"),
        new("Archer:PolicyClient", typeof(PolicyClientOptions), "silo"),
        new("Archer:Policy", typeof(PolicyServerOptions), "policy server"),
        new("Archer:Policy", typeof(Policy.Serving.Role.PolicyProcessOptions), "policy server of its own"),
        new("", typeof(ArcherClientOptions), "in code, by who uses `ArcherClient`"),
    ];

    /// <summary>Types whose settings stand in the document, those inside others included.</summary>
    public static IReadOnlySet<Type> Documented { get; } = Sections.SelectMany(section => WithInner(section.Options)).ToHashSet();

    /// <summary>The whole text.</summary>
    public static string Write(string preamble)
    {
        var comments = new XmlComments(Documented.Select(type => type.Assembly).Distinct());
        var text = new StringBuilder(preamble);
        foreach (var section in Sections)
        {
            text.Append('\n').Append(section.Key.Length > 0 ? $"## `{section.Key}` ({section.Role})" : $"## `{section.Options.Name}` ({section.Role})").Append("\n\n");
            text.Append(comments.Of(section.Options)).Append("\n\n");
            var environment = section.Key.Length > 0;
            text.Append(environment ? "| key | type | unit | default | meaning | environment |\n|---|---|---|---|---|---|\n" : "| property | type | unit | default | meaning |\n|---|---|---|---|---|\n");
            foreach (var row in Rows(section, section.Options, "", comments))
            {
                text.Append(row).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Rows(Section section, Type type, string prefix, XmlComments comments)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in Settings(type).Where(property => prefix.Length > 0 || !section.Leaves.Contains(property.Name)))
        {
            var key = prefix + property.Name;
            if (IsSection(property.PropertyType))
            {
                foreach (var row in Rows(section, property.PropertyType, key + ":", comments))
                {
                    yield return row;
                }

                continue;
            }

            var cells = new List<string>
            {
                $"`{key}`", Kind(property.PropertyType), Unit(property), Default(property.GetValue(defaults)), DefaultSentence().Replace(comments.Of(property), "").Replace("|", "\\|", StringComparison.Ordinal),
            };
            if (section.Key.Length > 0)
            {
                cells.Add($"`{$"{section.Key}:{key}".Replace(":", "__", StringComparison.Ordinal)}{(IsList(property.PropertyType) ? "__0" : "")}`");
            }

            yield return $"| {string.Join(" | ", cells)} |";
        }
    }

    private static IEnumerable<Type> WithInner(Type type) =>
        Settings(type).Select(property => property.PropertyType).Where(IsSection).SelectMany(WithInner).Prepend(type);

    private static IEnumerable<PropertyInfo> Settings(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod?.IsPublic == true || IsList(property.PropertyType));

    private static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    private static bool IsSection(Type type) => type.IsClass && type != typeof(string) && type != typeof(Uri) && !IsList(type);

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } choice => string.Join(", ", Enum.GetNames(choice).Select(name => $"`{name}`")),
        var kind when kind == typeof(bool) => "true or false",
        var kind when kind == typeof(TimeSpan) => "time",
        var kind when kind == typeof(float) || kind == typeof(double) => "number",
        var kind when kind == typeof(string) => "text",
        var kind when kind == typeof(Uri) => "address",
        var kind when IsList(kind) => "list of texts",
        _ => "whole number",
    };

    private static string Unit(PropertyInfo property) => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(TimeSpan) ? "hh:mm:ss"
        : property.Name.EndsWith("Seconds", StringComparison.Ordinal) ? "s"
        : property.Name.EndsWith("Bytes", StringComparison.Ordinal) ? "bytes"
        : property.Name.EndsWith("Share", StringComparison.Ordinal) || property.Name.EndsWith("Ratio", StringComparison.Ordinal) ? "0 to 1"
        : "";

    private static string Default(object? value) => value switch
    {
        null or "" => "–",
        IEnumerable and not string => "–",
        bool flag => flag ? "`true`" : "`false`",
        string path => $"`{path.Replace('\\', '/')}`",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    /// <summary>The default is in a column of its own; a sentence that says more than the value stays.</summary>
    [GeneratedRegex(@"\s*\bDefault:? (?:`[^`]*`|[\w ,.\-/−]{1,24}?)\.(?=$| [A-Z`])")]
    private static partial Regex DefaultSentence();

    private sealed record Section(string Key, Type Options, string Role)
    {
        /// <summary>Properties that are not set by whoever configures the process.</summary>
        public string[] Leaves { get; init; } = [];
    }
}
