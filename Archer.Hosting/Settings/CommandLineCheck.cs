namespace Archer.Hosting.Settings;

/// <summary>
/// Finds what the configuration's reader of the command line passes over in silence: words that belong to nothing, keys without a value, and keys that
/// neither this process nor its host reads.
/// </summary>
public static class CommandLineCheck
{
    private const string Root = "Archer";

    /// <summary>What ASP.NET Core, its host and Orleans read: single keys, and sections with keys of their own.</summary>
    private static readonly HashSet<string> HostKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "urls", "http_ports", "https_ports", "https_port", "environment", "contentRoot", "webroot", "applicationName", "shutdownTimeoutSeconds",
        "startupTimeoutSeconds", "servicesStartConcurrently", "servicesStopConcurrently", "staticWebAssets", "detailedErrors",
        "captureStartupErrors", "suppressStatusMessages", "preferHostingUrls", "preventHostingStartup", "hostingStartupAssemblies",
        "hostingStartupExcludeAssemblies", "startupAssembly", "serverUrls", "AllowedHosts", "forwardedHeaders_enabled",
        "Logging", "Kestrel", "Metrics", "HostFiltering", "hostBuilder", "Orleans", "ConnectionStrings",
    };

    /// <summary>Every problem of the arguments, in their order. Names below <c>Archer:</c> are <see cref="SettingsCheck"/>'s.</summary>
    /// <param name="arguments">The arguments as the process got them.</param>
    /// <param name="expected">Settings below <c>Archer</c>, to suggest from.</param>
    /// <param name="switches">Words such as <c>--fresh</c> that the process takes itself, without a value.</param>
    /// <param name="keys">Keys that the process reads outside of the section <c>Archer</c>.</param>
    public static IReadOnlyList<string> Run(
        IReadOnlyList<string> arguments, SettingsNode expected, IReadOnlyCollection<string> switches, IReadOnlyCollection<string> keys)
    {
        string[] known = [.. switches, .. expected.Names.Select(name => $"--{Root}:{name}"), .. HostKeys.Concat(keys).Select(key => $"--{key}")];
        var problems = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var word = arguments[i];
            if (switches.Contains(word))
            {
                continue;
            }

            var (key, hasValue) = Split(word);
            var isKey = IsOption(word) || word.StartsWith('/') || (hasValue && !word.StartsWith('-'));
            if (switches.Contains($"--{key}") && hasValue)
            {
                problems.Add($"--{key} takes no value.");
            }
            else if (!isKey || !IsKnown(key, keys))
            {
                problems.Add($"Unknown option {Shown(word)}{Suggest(key, known, expected)}");
                i += !hasValue && IsOption(word) && i + 1 < arguments.Count && !IsOption(arguments[i + 1]) ? 1 : 0;
            }
            else if (!hasValue && (i + 1 == arguments.Count || IsOption(arguments[i + 1])))
            {
                problems.Add($"{word} has no value.");
            }
            else if (!hasValue)
            {
                i++;
            }
        }

        return problems;
    }

    private static (string Key, bool HasValue) Split(string word)
    {
        var bare = word.StartsWith("--", StringComparison.Ordinal) ? word[2..] : word.StartsWith('/') || word.StartsWith('-') ? word[1..] : word;
        var end = bare.IndexOf('=');
        return end < 0 ? (bare, false) : (bare[..end], true);
    }

    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal);

    private static bool IsKnown(string key, IReadOnlyCollection<string> keys)
    {
        var first = key.Split(':')[0];
        return first.Equals(Root, StringComparison.OrdinalIgnoreCase) ? key.Length > Root.Length : HostKeys.Contains(first) || keys.Contains(first, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A value may be a secret.</summary>
    private static string Shown(string word) => word.Split('=')[0];

    private static string Suggest(string key, IEnumerable<string> known, SettingsNode expected) =>
        expected.Names.FirstOrDefault(name => name.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } name
            ? $"; did you mean --{Root}:{name}?"
            : Spelling.Suggest($"--{key}", known);
}
