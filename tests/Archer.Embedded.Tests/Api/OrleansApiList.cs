namespace Archer.Embedded.Tests.Api;

/// <summary>The public API of Orleans as listed beside the checkout: type name to its members, as text.</summary>
internal sealed class OrleansApiList
{
    /// <summary>
    /// Types of assemblies that the list does not cover (Orleans.Reminders, the storage interfaces of Orleans.Core).
    /// Their signatures are those of Microsoft.Orleans.Reminders and Microsoft.Orleans.Core.Abstractions 10.
    /// </summary>
    public static readonly IReadOnlySet<string> NotCovered = new HashSet<string>
    {
        "Orleans.IRemindable", "Orleans.GrainReminderExtensions", "Orleans.Runtime.IGrainReminder", "Orleans.Runtime.TickStatus",
        "Orleans.Hosting.ReminderOptions", "Orleans.Hosting.SiloBuilderReminderExtensions",
        "Orleans.Hosting.SiloBuilderReminderMemoryExtensions", "Orleans.Core.IStorage", "Orleans.Core.IStorage<TState>",
    };

    private readonly Dictionary<string, HashSet<string>> _types = [];

    private OrleansApiList(IEnumerable<string> lines)
    {
        HashSet<string> members = [];
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                members.Add(ApiText.Normalise(line.Trim()));
                continue;
            }

            members = [];
            _types[TypeName(line)] = members;
        }
    }

    /// <summary>Where the list lies when this checkout has it beside it; otherwise null.</summary>
    public static string? Path
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(System.IO.Path.Combine(folder.FullName, "Archer.Orleans.sln")))
                {
                    var path = System.IO.Path.Combine(folder.Parent!.FullName, "shared", "orleans-api.txt");
                    return File.Exists(path) ? path : null;
                }
            }

            return null;
        }
    }

    public static OrleansApiList Read(string path) => new(File.ReadLines(path));

    public bool Has(string type) => _types.ContainsKey(type);

    public bool Has(string type, string member) => _types[type].Contains(member);

    // "Orleans.Runtime | sealed class GuidId : IEquatable<GuidId>  [Assembly]": namespace, then modifiers and the name.
    private static string TypeName(string line)
    {
        var bar = line.IndexOf(" | ", StringComparison.Ordinal);
        var declaration = line[(bar + 3)..].Split(" : ")[0].Split("  [")[0];
        var kind = declaration.Split("class ", 2) is [_, var name] ? name
            : declaration.Split(["struct ", "interface ", "enum ", "delegate "], 2, StringSplitOptions.None)[^1];
        return $"{line[..bar]}.{kind}";
    }
}
