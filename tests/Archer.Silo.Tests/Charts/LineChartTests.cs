using System.Collections.Immutable;
using System.Globalization;
using Archer.Silo.Charts;

namespace Archer.Silo.Tests.Charts;

public sealed class LineChartTests
{
    private static readonly ChartText Text = new("test", "A <title> & more", "Now 4.", "steps", "loss");

    [Fact]
    public void Draw_SmallChart_IsThisPicture()
    {
        var chart = new LineChart
        {
            Text = Text,
            Series = [new LineSeries { Name = "a", Line = [(0, 0), (5, 10), (10, 5)], Keys = ["v1", "v2", "v2"], Dots = [(5, 5)] }],
            Levels = [new ChartLevel(10, "best", "best")],
            Marks = [new ChartMark(5, "v2")],
        };

        var svg = chart.Draw(new ChartSize(366, 166));

        // The plot is 300 by 100 pixels, from (52, 130) up to (352, 30).
        Assert.Contains("<path d=\"M52 130L202 30L352 80\"", svg, StringComparison.Ordinal);
        Assert.Contains("<path d=\"M202 80h0\"", svg, StringComparison.Ordinal);
        Assert.Contains("<path d=\"M52 30L352 30\" stroke=\"currentColor\" stroke-opacity=\"60%\" stroke-width=\"1\" stroke-dasharray=\"5 4\"/>", svg, StringComparison.Ordinal);
        Assert.Contains(">best</text>", svg, StringComparison.Ordinal);
        Assert.Contains("<text x=\"205\" y=\"122\" text-anchor=\"start\" fill=\"currentColor\">v2</text>", svg, StringComparison.Ordinal);
        Assert.Equal(svg, chart.Draw(new ChartSize(366, 166)));
    }

    [Fact]
    public void Draw_Chart_NamesAndDescribesItself()
    {
        var picture = Picture.Read(new LineChart { Text = Text, Series = [] }.Draw(ChartSize.OfWidth(400)));

        Assert.Equal(("img", "test-title test-desc"), (picture.Attribute("role"), picture.Attribute("aria-labelledby")));
        Assert.Equal(("A <title> & more", "Now 4."), (picture.ById("test-title"), picture.ById("test-desc")));
        Assert.Contains("No data yet", picture.Texts);
    }

    [Fact]
    public void Draw_KeysChange_ChangesTheColourWithoutAGap()
    {
        var chart = new LineChart
        {
            Text = Text,
            Series = [new LineSeries { Name = "a", Line = [(0, 0), (1, 1), (2, 2), (3, 3)], Keys = ["v1", "v1", "v2", "v3"] }],
        };

        var lines = Picture.Read(chart.Draw(new ChartSize(366, 166))).Paths.Where(path => path.Width == "2.5").ToList();

        Assert.Equal(["M52 130L152 96.7", "M152 96.7L252 63.3", "M252 63.3L352 30"], lines.Select(path => path.Data));
        Assert.Equal([Svg.Color(0), Svg.Color(1), Svg.Color(2)], lines.Select(path => path.Stroke));
    }

    [Fact]
    public void Draw_GapInTheData_InterruptsTheLine()
    {
        var chart = new LineChart { Text = Text, Series = [new LineSeries { Name = "a", Line = [(0, 0), (1, double.NaN), (2, 2), (4, 4)] }] };

        var line = Assert.Single(Picture.Read(chart.Draw(new ChartSize(366, 166))).Paths, path => path.Width == "2");

        Assert.Equal("M52 130M202 80L352 30", line.Data);
    }

    [Fact]
    public void Draw_OnePoint_HasRoomAroundIt()
    {
        var chart = new LineChart { Text = Text, Series = [new LineSeries { Name = "a", Dots = [(7, 7)] }] };

        Assert.Contains(Picture.Read(chart.Draw(new ChartSize(366, 166))).Paths, path => path.Data == "M202 80h0");
    }

    /// <summary>Curves that end beside a level, where its label would stand: as an agent that learns has them.</summary>
    [Theory]
    [InlineData(-3.3, 760, 380)]
    [InlineData(-4.5, 760, 380)]
    [InlineData(-4.8, 760, 380)]
    [InlineData(-5.3, 480, 240)]
    [InlineData(-3.0, 360, 190)]
    [InlineData(-4.2, 360, 190)]
    [InlineData(-4.0, 330, 320)]
    [InlineData(-3.4, 326, 388)]
    [InlineData(-3.4, 260, 190)]
    public void Draw_CurveEndsBesideALevel_LabelsStandClearOfItAndOfEachOther(double end, int width, int height)
    {
        var line = Enumerable.Range(0, 400).Select(i => ((double)i, end - ((end + 10) * Math.Exp(-i / 40.0)))).ToImmutableArray();
        var chart = new LineChart
        {
            Text = Text,
            Series = [new LineSeries { Name = "a", Line = line, Keys = [.. line.Select(_ => "v1")] }],
            Levels = [new ChartLevel(-2.8, "best possible −2.80", "best −2.80"), new ChartLevel(-4.5, "naming one word after the other −4.50", "word by word −4.50")],
        };

        var picture = Picture.Read(chart.Draw(new ChartSize(width, height)));

        var labels = picture.Labels.Where(label => label.Text.Contains('−') && label.Text.Contains(' ')).ToList();
        var curve = Assert.Single(picture.Paths, path => path.Width == "2.5").Data.Split('M', 'L').Where(point => point.Length > 0)
            .Select(point => point.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToList();
        Assert.Equal(2, labels.Count);
        foreach (var label in labels)
        {
            var left = label.X - (6.6 * label.Text.Length);
            Assert.True(left >= 52, label.Text);
            Assert.DoesNotContain(curve, point => point[0] >= left && point[0] <= label.X && point[1] >= label.Y - 11 && point[1] <= label.Y + 3);
        }

        Assert.True(Math.Abs(labels[0].Y - labels[1].Y) >= 14, "the labels lie on each other");
    }

    [Theory]
    [InlineData("#ffffff", false)]
    [InlineData("#0d1117", true)]
    public void Colors_OnTheirGround_StandOut(string ground, bool dark)
    {
        foreach (var color in dark ? Svg.Dark : Svg.Light)
        {
            Assert.True(Contrast.Of(color, ground) >= 4.5, $"{color} on {ground}: {Contrast.Of(color, ground):F2}");
        }
    }
}
