using System.ComponentModel;
using System.Globalization;

namespace Archer.Hosting.Settings;

/// <summary>
/// Finds what the binder passes over or stops at: names that nothing reads, and values that are not of their type. The latter become the defaults,
/// so that every other problem is found too.
/// </summary>
public static class SettingsCheck
{
    /// <summary>Every problem below a section, in the order of the configuration.</summary>
    public static IReadOnlyList<string> Run(IConfiguration configuration, string section, SettingsNode expected)
    {
        var problems = new List<string>();
        Visit(configuration.GetSection(section), expected, problems);
        return problems;
    }

    private static void Visit(IConfigurationSection section, SettingsNode expected, List<string> problems)
    {
        foreach (var child in section.GetChildren())
        {
            if (expected.Find(child.Key) is { } node)
            {
                Check(child, node, problems);
            }
            else
            {
                problems.Add($"Unknown setting {section.Path}:{child.Key}{Spelling.Suggest(child.Key, expected.Names)}");
            }
        }
    }

    private static void Check(IConfigurationSection setting, SettingsNode node, List<string> problems)
    {
        if (node.IsOpaque)
        {
            return;
        }

        if (node.Scalar is null)
        {
            if (!string.IsNullOrEmpty(setting.Value))
            {
                problems.Add($"{setting.Path} is \"{setting.Value}\", expected settings below it.");
                setting.Value = null;
            }

            Visit(setting, node, problems);
        }
        else if (setting.GetChildren().Any())
        {
            problems.Add($"{setting.Path} has settings below it, expected {Describe(node.Scalar)}.");
        }
        else if (!string.IsNullOrEmpty(setting.Value) && !Converts(setting.Value, node.Scalar))
        {
            problems.Add($"{setting.Path} is \"{setting.Value}\", expected {Describe(node.Scalar)}.");
            setting.Value = Convert.ToString(node.Default, CultureInfo.InvariantCulture);
        }
    }

    private static bool Converts(string value, Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or InvalidCastException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Describe(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time such as 00:00:02.500",
        _ when type == typeof(Uri) => "an address",
        _ when type == typeof(float) || type == typeof(double) => "a number",
        _ when type == typeof(ulong) || type == typeof(uint) => "a whole number from 0 on",
        _ when type == typeof(string) => "a text",
        _ => "a whole number",
    };
}
