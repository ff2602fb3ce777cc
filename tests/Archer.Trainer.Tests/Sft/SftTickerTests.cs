using Archer.Testing;
using Archer.Trainer.Sft;

namespace Archer.Trainer.Tests.Sft;

public sealed class SftTickerTests
{
    private readonly StillTime _time = new();
    private readonly List<string> _lines = [];

    [Fact]
    public void Tick_SaysThePhase_ThenTheStepAndTheTimeLeft()
    {
        using (var ticker = new SftTicker(_time, "reading", _lines.Add))
        {
            Tick();
            ticker.Enter("cloning");
            Tick();
            ticker.Step(2, 20, 1.5);
            Tick();
            ticker.Say("between");
        }

        Tick();

        Assert.Equal(
            [
                "reading; 00:00:05 gone",
                "cloning; 00:00:05 gone",
                "step 2/20: loss 1.5000; 00:00:10 gone, 00:01:30 left",
                "between",
            ],
            _lines);
    }

    [Theory]
    [InlineData(3.2, 0.1, 3.3, 1, "almost at random")]
    [InlineData(double.NaN, 0.1, 3.3, 1, "almost at random")]
    [InlineData(0.5, 0.8, 0.5, 1, "when to stop")]
    [InlineData(0.5, 0.1, 0.6, 1, "still falls")]
    [InlineData(0.5, 0.1, 0.5, 0, "")]
    public void Warnings_OfAPolicyThatIsTooWeak(double loss, double stopLoss, double lossBefore, int count, string words)
    {
        SftProgress Progress(int step, double validation) => new(step, 20, validation, validation, stopLoss, null, TimeSpan.Zero, TimeSpan.Zero);

        string[] warnings = [.. SftWarnings.Of(Progress(10, lossBefore), Progress(20, loss), tokens: 512)];

        Assert.Equal(count, warnings.Length);
        Assert.All(warnings, warning => Assert.Contains(words, warning, StringComparison.Ordinal));
    }

    private void Tick()
    {
        _time.Advance(SftTicker.Interval);
        _time.Fire(SftTicker.Interval);
    }
}
