using Archer.Client.History;
using Archer.Grains.History;

namespace Archer.Grains.Tests.History;

public sealed class ThinnedSeriesTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(5_000)]
    [InlineData(100_003)]
    public void Add_Many_KeepsEqualPointsThatStandForAll(int observations)
    {
        var series = new ThinnedSeries<EpisodePoint>([], point => point.Count, HistoryPoints.Join);
        for (var i = 1; i <= observations; i++)
        {
            series.Add(Episode(i));
        }

        var points = series.ToImmutable();
        Assert.InRange(points.Length, Math.Min(observations, 257), ThinnedSeries<EpisodePoint>.Capacity);
        Assert.Equal(observations, points.Sum(point => point.Count));
        Assert.Single(points.SkipLast(1).Select(point => point.Count).Distinct().DefaultIfEmpty(1));
        Assert.All(points, point => Assert.Equal(-(point.First + ((point.Count - 1) / 2.0)), point.Return, 6));
        Assert.Equal(observations, points.Sum(point => point.Kinds[0].Count));
        Assert.Equal("v" + points[^1].First, points[^1].Version);
        Assert.Equal(Start.AddSeconds(observations), points[^1].At);
    }

    [Fact]
    public void Add_AfterARestart_IsAsWithoutOne()
    {
        var through = new ThinnedSeries<EpisodePoint>([], point => point.Count, HistoryPoints.Join);
        var restarted = new ThinnedSeries<EpisodePoint>([], point => point.Count, HistoryPoints.Join);
        for (var i = 1; i <= 3_000; i++)
        {
            through.Add(Episode(i));
            restarted = i % 101 == 0 ? new ThinnedSeries<EpisodePoint>(restarted.ToImmutable(), point => point.Count, HistoryPoints.Join) : restarted;
            restarted.Add(Episode(i));
        }

        Assert.Equal<EpisodePoint>([.. through.ToImmutable().Select(Countless)], [.. restarted.ToImmutable().Select(Countless)]);

        // Arrays are equal only to themselves.
        static EpisodePoint Countless(EpisodePoint point) => point with { Kinds = [] };
    }

    [Fact]
    public void Join_OneLossUnknown_IsTheOther()
    {
        var known = new LearnerPoint { Step = 1, Count = 1, At = Start, CriticLoss = 2 };
        var joined = HistoryPoints.Join(known, known with { Step = 2, Count = 3, CriticLoss = 6, ActorLoss = 0.5 });

        Assert.Equal((2L, 4L, 5.0, 0.5), (joined.Step, joined.Count, joined.CriticLoss, joined.ActorLoss));
    }

    private static EpisodePoint Episode(int number) => new()
    {
        First = number,
        Count = 1,
        At = Start.AddSeconds(number),
        Return = -number,
        Turns = 2,
        Version = "v" + number,
        Kinds = [new UtteranceKind("questions", 1), new UtteranceKind("guesses", 0)],
    };
}
