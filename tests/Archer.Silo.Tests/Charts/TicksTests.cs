using Archer.Silo.Charts;

namespace Archer.Silo.Tests.Charts;

public sealed class TicksTests
{
    [Theory]
    [InlineData(0, 10, 5, 2)]
    [InlineData(-11.3, -2.6, 5, 2)]
    [InlineData(0, 1, 3, 0.5)]
    [InlineData(0.001, 0.0042, 4, 0.001)]
    [InlineData(0, 20_000, 8, 5_000)]
    [InlineData(3, 3, 4, 1)]
    public void NumberStep_Range_IsRoundAndLongEnough(double from, double to, int most, double expected) =>
        Assert.Equal(expected, Ticks.NumberStep(from, to, most), 9);

    [Fact]
    public void Multiples_OfAStep_LieInsideBothEnds()
    {
        Assert.Equal([-10, -8, -6, -4], Ticks.Multiples(-11.3, -2.6, 2));
        Assert.Equal([0, 0.1, 0.2, 0.3], Ticks.Multiples(0, 0.3, 0.1).Select(tick => Math.Round(tick, 12)));
        Assert.Empty(Ticks.Multiples(0.1, 0.2, 1));
    }

    [Fact]
    public void Times_AnHour_AreWholeQuarters()
    {
        var step = Ticks.TimeStep(1_000, 4_600, 4);

        Assert.Equal([1_800, 2_700, 3_600, 4_500], Ticks.Multiples(1_000, 4_600, step));
        Assert.Equal("00:30", Ticks.WriteTime(1_800, step));
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
