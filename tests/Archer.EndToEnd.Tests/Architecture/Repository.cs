namespace Archer.EndToEnd.Tests.Architecture;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    public static readonly string[] Projects =
        ["Archer.Client", "Archer.Tasks", "Archer.Replay", "Archer.Hosting", "Archer.Grains", "Archer.Silo", "Archer.Policy", "Archer.Trainer"];

    /// <summary>C# sources of one project, build outputs left out.</summary>
    public static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Archer.Orleans.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No Archer.Orleans.sln above {AppContext.BaseDirectory}.");
    }
}
