using System.Reflection;
using System.Text.RegularExpressions;
using Archer.Client.Http;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>What the programs call themselves is what the change log describes.</summary>
public sealed partial class ChangelogTests
{
    [Fact]
    public void Changelog_NewestVersion_IsThatOfThePrograms()
    {
        var heading = MarkdownDocument.Open("CHANGELOG.md").Lines.First(line => line.StartsWith("## [", StringComparison.Ordinal));
        var built = typeof(ArcherClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        Assert.Equal(Version().Match(heading).Value, built.Split('+')[0]);
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex Version();
}
