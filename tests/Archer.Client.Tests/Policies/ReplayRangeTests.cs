using Archer.Client.Policies;

namespace Archer.Client.Tests.Policies;

public sealed class ReplayRangeTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("1-5", "1-5")]
    [InlineData("1-5 6-9", "1-9")]
    [InlineData("1-5 7-9", "1-5 7-9")]
    [InlineData("7-9 1-5 2-3 5-7", "1-9")]
    [InlineData("1-9 2-3", "1-9")]
    [InlineData("5-4", "")]
    public void Union_OfRanges_HasTheSameRowsInOrder(string ranges, string expected) =>
        Assert.Equal(expected, Show(ReplayRange.Union(Parse(ranges))));

    [Fact]
    public void LearnedFrom_AManifest_LooksAtTheWholeLineage()
    {
        var manifest = new PolicyManifest
        {
            Schema = 1,
            Version = "v000001",
            Agent = "player",
            Step = 1,
            CreatedAt = default,
            Files = [],
            LineageTrainedOn = [.. Parse("1-2 5-6")],
        };

        Assert.Equal([1, 2, 5, 6], Enumerable.Range(0, 10).Where(position => manifest.LearnedFrom(position)));
    }

    private static IEnumerable<ReplayRange> Parse(string ranges) =>
        ranges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(range => range.Split('-'))
            .Select(ends => new ReplayRange { From = long.Parse(ends[0]), Through = long.Parse(ends[1]) });

    private static string Show(IEnumerable<ReplayRange> ranges) => string.Join(' ', ranges.Select(range => $"{range.From}-{range.Through}"));
}
