using System.Reflection;
using System.Xml.Linq;

namespace Archer.EndToEnd.Tests.Architecture;

/// <summary>The dependency rule: Client ← {Tasks, Replay, Hosting}; {Client, Replay} ← Grains ← Silo (+ Hosting, Tasks); {Client, Hosting} ← Policy ← Trainer (+ Replay, Tasks); the silo composes the roles.</summary>
public sealed class DependencyRuleTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Archer.Client"] = [],
        ["Archer.Tasks"] = ["Archer.Client"],
        ["Archer.Replay"] = ["Archer.Client"],
        ["Archer.Hosting"] = ["Archer.Client"],
        ["Archer.Grains"] = ["Archer.Client", "Archer.Replay"],
        ["Archer.Policy"] = ["Archer.Client", "Archer.Hosting"],
        ["Archer.Trainer"] = ["Archer.Policy", "Archer.Replay", "Archer.Tasks"],
        ["Archer.Silo"] = ["Archer.Grains", "Archer.Hosting", "Archer.Replay", "Archer.Tasks", "Archer.Policy", "Archer.Trainer"],
    };

    [Fact]
    public void Projects_ReferenceOnlyWhatTheRuleAllows()
    {
        var broken =
            from project in Repository.Projects
            from reference in References(project)
            where !Allowed[project].Contains(reference)
            select $"{project} → {reference}";

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("Archer.Policy")]
    [InlineData("Archer.Trainer")]
    public void Learning_NeverSeesTheGrainRuntime(string project)
    {
        var referenced = Assembly.Load(project).GetReferencedAssemblies().Select(name => name.Name);

        Assert.DoesNotContain(referenced, name => name is "Archer.Grains" or "Archer.Silo");
        Assert.DoesNotContain(Repository.Sources(project), file => UsesNamespace(file, "Orleans"));
    }

    [Fact]
    public void Grains_NeverSeeTensors()
    {
        var referenced = Assembly.Load("Archer.Grains").GetReferencedAssemblies().Select(name => name.Name);

        Assert.DoesNotContain(referenced, name => name is "Archer.Policy" or "Archer.Trainer");
    }

    [Theory]
    [InlineData("Archer.Client")]
    [InlineData("Archer.Grains")]
    [InlineData("Archer.Policy")]
    [InlineData("Archer.Trainer")]
    public void Source_HasNoConditionalCompilation(string project)
    {
        var conditional = Repository.Sources(project)
            .Where(file => File.ReadLines(file).Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal)));

        Assert.Empty(conditional);
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

    private static bool UsesNamespace(string file, string prefix) =>
        File.ReadLines(file).Any(line =>
            line.StartsWith($"using {prefix};", StringComparison.Ordinal) || line.StartsWith($"using {prefix}.", StringComparison.Ordinal));
}
