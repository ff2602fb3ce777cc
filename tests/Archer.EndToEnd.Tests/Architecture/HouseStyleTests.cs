namespace Archer.EndToEnd.Tests.Architecture;

/// <summary>Rules of size and wording that a compiler does not check.</summary>
public sealed class HouseStyleTests
{
    private const int MaxLines = 400;

    [Fact]
    public void Sources_StayBelowTheCeiling()
    {
        var tooLong =
            from project in Repository.Projects.Append("tests")
            from file in Repository.Sources(project)
            let lines = File.ReadLines(file).Count()
            where lines > MaxLines
            select $"{Path.GetRelativePath(Repository.Root, file)}: {lines} lines, at most {MaxLines}";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void FileNames_SayWhatTheFileIs()
    {
        string[] empty = ["Helper", "Helpers", "Util", "Utils", "Manager", "Common", "Impl"];
        var vague =
            from project in Repository.Projects.Append("tests")
            from file in Repository.Sources(project)
            where empty.Any(word => Path.GetFileNameWithoutExtension(file).EndsWith(word, StringComparison.Ordinal))
            select Path.GetRelativePath(Repository.Root, file);

        Assert.Empty(vague);
    }
}
