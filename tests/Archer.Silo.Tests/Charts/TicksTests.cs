using Archer.Silo.Charts;

namespace Archer.Silo.Tests.Charts;

public sealed class TicksTests
{
    [Theory]
    [InlineData(0, 10, 6, new[] { 0.0, 2, 4, 6, 8, 10 })]
    [InlineData(-11.3, -2.6, 5, new[] { -10.0, -5 })]
    [InlineData(0, 1, 3, new[] { 0, 0.5, 1 })]
    [InlineData(0.001, 0.0042, 4, new[] { 0.002, 0.004 })]
    [InlineData(3, 3, 4, new[] { 3.0 })]
    public void Numbers_Range_AreRoundAndInside(double from, double to, int most, double[] expected) =>
        Assert.Equal(expected, Ticks.Numbers(from, to, most).Select(tick => Math.Round(tick, 9)));

    [Fact]
    public void Times_AnHour_AreWholeQuarters()
    {
        var ticks = Ticks.Times(1_000, 4_600, 5);

        Assert.Equal([1_800, 2_700, 3_600, 4_500], ticks);
        Assert.Equal("00:30", Ticks.WriteTime(ticks[0], ticks[1] - ticks[0]));
    }

    [Theory]
    [InlineData(-2.5, 0.5, "−2.5")]
    [InlineData(12_000, 2_000, "12,000")]
    [InlineData(-0.0001, 1, "0")]
    [InlineData(0.25, 0.05, "0.25")]
    public void Write_Tick_HasTheDecimalsOfItsStep(double value, double step, string expected) => Assert.Equal(expected, Ticks.Write(value, step));

    [Fact]
    public void Averages_PointsOfManyObservations_AreWeighted()
    {
        Assert.Equal([1, 2, 9], MovingSums.Averages([1, 3, 9], [2, 2, 10], 11));
        Assert.Equal([1, 2, 8], MovingSums.Averages([1, 3, 9], [2, 2, 10], 12));
        Assert.Equal([1, 2, 6], MovingSums.Averages([1, 3, 9], [1, 1, 1], 2));
        Assert.Empty(MovingSums.Averages([], [], 2));
    }
}
