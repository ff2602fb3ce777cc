using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>Compares a document that is made with the one that is there, or puts it there when asked to.</summary>
internal static class Renewal
{
    /// <summary>Renews all generated documents; also named in CONTRIBUTING.md.</summary>
    public const string Command = "RENEW_DOCUMENTS=1 dotnet test tests/Archer.EndToEnd.Tests -c Release --filter Documents";

    /// <summary>Documents are written instead of compared.</summary>
    public static bool IsAsked => Environment.GetEnvironmentVariable("RENEW_DOCUMENTS") == "1";

    /// <summary>Fails with the command that helps when the document is stale.</summary>
    public static async Task CheckAsync(string path, string expected)
    {
        var file = Path.Combine(Repository.Root, path);
        if (IsAsked)
        {
            await File.WriteAllTextAsync(file, expected);
        }

        var (found, wanted) = ((await File.ReadAllLinesAsync(file)), expected.TrimEnd('\n').Split('\n'));
        var line = Enumerable.Range(0, Math.Max(found.Length, wanted.Length)).FirstOrDefault(index => found.ElementAtOrDefault(index) != wanted.ElementAtOrDefault(index), -1);
        Assert.True(line < 0, $"{path} is stale from line {line + 1} on; renew it with\n  {Command}\nexpected: {wanted.ElementAtOrDefault(line)}\nfound:    {found.ElementAtOrDefault(line)}");
    }
}
