using Orleans.Runtime;
using Xunit.Abstractions;

namespace Archer.Embedded.Tests.Api;

/// <summary>The same grain source compiles on both stacks only while the embedded names are Orleans' names.</summary>
public sealed class OrleansApiTests(ITestOutputHelper output)
{
    private static IEnumerable<Type> Declared => typeof(GrainReference).Assembly.GetExportedTypes()
        .Where(type => type.Namespace is "Orleans" || type.Namespace?.StartsWith("Orleans.", StringComparison.Ordinal) == true);

    [Fact]
    public void PublicMembersUnderOrleans_StandInTheListOfOrleansApi()
    {
        if (OrleansApiList.Path is not { } path)
        {
            output.WriteLine("SKIPPED: ../shared/orleans-api.txt is not beside this checkout, so there is nothing to compare with.");
            Console.WriteLine("OrleansApiTests: skipped, ../shared/orleans-api.txt is not beside this checkout.");
            return;
        }

        var list = OrleansApiList.Read(path);
        var unknown = new List<string>();
        foreach (var type in Declared.Where(type => !OrleansApiList.NotCovered.Contains(ApiText.FullName(type))))
        {
            var name = ApiText.FullName(type);
            unknown.AddRange(list.Has(name)
                ? IsDelegate(type) ? [] : ApiText.Members(type).Where(member => !list.Has(name, member)).Select(member => $"{name}: {member}")
                : [name]);
        }

        Assert.Empty(unknown);
    }

    [Fact]
    public void TypesThatTheListDoesNotCover_AreReallyDeclared()
    {
        var declared = Declared.Select(ApiText.FullName).ToHashSet();

        Assert.Subset(declared, OrleansApiList.NotCovered.ToHashSet());
    }

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));
}
