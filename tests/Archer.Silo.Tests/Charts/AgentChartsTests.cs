using Archer.Client.History;
using Archer.Silo.Charts;
using Archer.Tasks;

namespace Archer.Silo.Tests.Charts;

public sealed class AgentChartsTests
{
    private static readonly ChartSize Size = new(366, 166);
    private static readonly AgentHistory Empty = new() { Agent = "quiz", EventId = "0-0", Episodes = [], Learner = [], Load = [], Versions = [], Calibration = [] };

    public static TheoryData<string> Names => [.. AgentCharts.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Draw_NoHistory_SaysThatThereIsNone(string name)
    {
        var picture = Picture.Read(AgentCharts.Draw(name, Empty, Size, task: null)!);

        Assert.Contains("No data yet", picture.Texts);
        Assert.EndsWith("yet.", picture.ById(name + "-desc"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Draw_LongHistory_StaysSmallAndInsideItsFrame(string name)
    {
        var svg = AgentCharts.Draw(name, Long(), Size, TaskCatalog.Default.Name)!;

        Assert.InRange(svg.Length, 1_000, 40_000);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.Equal(svg, AgentCharts.Draw(name, Long(), Size, TaskCatalog.Default.Name));
        Assert.Equal(name + "-title " + name + "-desc", Picture.Read(svg).Attribute("aria-labelledby"));
    }

    [Theory]
    [InlineData(0, 1e-322)]
    [InlineData(5e-324, 0)]
    [InlineData(1e300, -1e300)]
    [InlineData(1e300, 1.0000000000000002e300)]
    [InlineData(-0.0, 0)]
    [InlineData(1e15, 1e15 + 0.125)]
    public void Draw_ExtremeNumbers_AreDrawn(double first, double second)
    {
        LearnerPoint[] learner =
        [
            .. new[] { first, second, first, second }.Select((loss, index) => new LearnerPoint
            {
                Step = index < 2 ? index : long.MaxValue - 4 + index,
                Count = 1,
                At = DateTimeOffset.UnixEpoch.AddTicks(index),
                CriticLoss = loss,
                ActorLoss = loss,
            }),
        ];
        var episodes = learner.Select((point, index) => new EpisodePoint
        {
            First = index + 1,
            Count = 1,
            At = point.At,
            Return = point.CriticLoss!.Value,
            Turns = 1,
            Version = "v000000",
        });
        var history = Empty with
        {
            Learner = [.. learner],
            Episodes = [.. episodes],
            Calibration = [new CalibrationBin { Predicted = first, Realised = second, Deviation = Math.Abs(first), Count = 1 }],
        };

        foreach (var name in AgentCharts.Names)
        {
            var svg = AgentCharts.Draw(name, history, Size, task: null)!;
            Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
            Assert.DoesNotContain("∞", svg, StringComparison.Ordinal);
            Assert.InRange(svg.Length, 1, 60_000);
        }
    }

    [Fact]
    public void Return_Description_HasTheNewestNumbers()
    {
        var picture = Picture.Read(AgentCharts.Draw("return", Long(), Size, TaskCatalog.Default.Name)!);

        Assert.Equal(
            "Mean return of the last 200 of 1,024 conversations: -3.00; at the beginning -10.00. The colour changes with the policy version, now v000512.",
            picture.ById("return-desc"));
    }

    [Theory]
    [InlineData(760, "best possible −2.80", "naming one word after the other −4.50")]
    [InlineData(366, "best possible −2.80", "word by word −4.50")]
    public void Return_OfATaskWithKnownLevels_NamesThem(int width, string best, string enumerating)
    {
        var picture = Picture.Read(AgentCharts.Draw("return", Long(), ChartSize.OfWidth(width), TaskCatalog.Default.Name)!);

        Assert.Contains(best, picture.Texts);
        Assert.Contains(enumerating, picture.Texts);
    }

    [Fact]
    public void Return_OfAFewConversations_HasDotsAndNoAverageYet()
    {
        var few = Long() with { Episodes = [.. Long().Episodes.Take(14)] };

        var svg = AgentCharts.Draw("return", few, Size, task: null)!;

        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.Equal("28 conversations have ended; their mean return is drawn from 30 on.", Picture.Read(svg).ById("return-desc"));
    }

    [Fact]
    public void Utterances_Shares_AreOfTheWindow()
    {
        var picture = Picture.Read(AgentCharts.Draw("utterances", Long(), Size, task: null)!);

        Assert.Equal(
            "Of the utterances of the last 100 conversations 25 % are questions, 50 % are guesses, 25 % are not understood.", picture.ById("utterances-desc"));
        Assert.Equal(3, picture.Paths.Count(path => path.Data.EndsWith('Z')));
    }

    [Fact]
    public void Calibration_Bins_LieWhereTheyBelong()
    {
        var history = Empty with
        {
            Calibration = [new CalibrationBin { Predicted = -10, Realised = 0, Deviation = 0, Count = 4 }, new CalibrationBin { Predicted = 0, Realised = -10, Deviation = 0, Count = 4 }],
        };

        var picture = Picture.Read(AgentCharts.Draw("calibration", history, Size, task: null)!);

        Assert.Contains(picture.Paths, path => path.Data == "M52 30h0M352 130h0");
        Assert.Contains("8 turns in 2 groups. The mean distance between predicted value and realised return is 10.00.", picture.ById("calibration-desc"), StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_UnknownName_IsNull() => Assert.Null(AgentCharts.Draw("nothing", Empty, Size, task: null));

    private static AgentHistory Long()
    {
        var start = new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);
        return Empty with
        {
            Episodes = [.. Enumerable.Range(1, 512).Select(i => new EpisodePoint
            {
                First = (2 * i) - 1, Count = 2, At = start.AddSeconds(i), Return = i <= 200 ? -10 : -3, Turns = 4, Version = $"v{i:D6}", Kinds = [new UtteranceKind("questions", 1), new UtteranceKind("guesses", 2), new UtteranceKind("not understood", 1)],
            })],
            Learner = [.. Enumerable.Range(1, 512).Select(i => new LearnerPoint { Step = i, Count = 1, At = start.AddSeconds(i), CriticLoss = 1.0 / i, ActorLoss = i % 2 == 0 ? null : -0.5 })],
            Load = [.. Enumerable.Range(1, 512).Select(i => new LoadPoint { At = start.AddSeconds(i), Count = 1, TurnsPerSecond = 100 + i, ReplayRows = 10 * i })],
            Calibration = [.. Enumerable.Range(0, 10).Select(i => new CalibrationBin { Predicted = -i, Realised = -i - 0.5, Deviation = 1, Count = 200 })],
        };
    }
}
