using Archer.Grains.History;

namespace Archer.Grains.Tests.History;

public sealed class CalibrationWindowTests
{
    [Fact]
    public void Add_Rewards_AreDiscountedFromEachTurn()
    {
        var window = new CalibrationWindow([]);

        window.Add([-1, -1, 4], [-2, null, 3], 0.5);

        // G2 = 4, G1 = −1 + 0.5·4 = 1, G0 = −1 + 0.5·1 = −0.5.
        Assert.Equal<CalibrationPair>([new(-2, -0.5f), new(3, 4)], [.. window.ToImmutable()]);
    }

    [Fact]
    public void Summarize_Many_GroupsEquallyByPrediction()
    {
        var window = new CalibrationWindow([]);
        for (var i = 0; i < 100; i++)
        {
            window.Add([i % 2 == 0 ? i - 2 : i + 2], [i], 1);
        }

        var bins = window.Summarize();

        Assert.Equal(Enumerable.Repeat(10, 10), bins.Select(bin => bin.Count));
        Assert.Equal(Enumerable.Range(0, 10).Select(group => (group * 10) + 4.5), bins.Select(bin => Math.Round(bin.Predicted, 9)));
        Assert.Equal(bins.Select(bin => Math.Round(bin.Predicted, 9)), bins.Select(bin => Math.Round(bin.Realised, 9)));
        Assert.All(bins, bin => Assert.InRange(bin.Deviation, 2, 5));
    }

    [Fact]
    public void Summarize_FewOrNone_HasNoEmptyGroup()
    {
        var window = new CalibrationWindow([]);
        Assert.Empty(window.Summarize());

        window.Add([-1, 0], [-1, -0.5f], 1);

        Assert.Equal([1, 1], window.Summarize().Select(bin => bin.Count));
    }

    [Fact]
    public void Add_MoreThanItsSize_ForgetsTheOldest()
    {
        var window = new CalibrationWindow([]);
        for (var i = 0; i < 3_000; i++)
        {
            window.Add([0], [i], 1);
        }

        Assert.Equal(2_048, window.ToImmutable().Length);
        Assert.Equal(952, window.ToImmutable()[0].Predicted);
    }
}
