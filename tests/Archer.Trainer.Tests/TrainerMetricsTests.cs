using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Archer.Trainer.Learning;

namespace Archer.Trainer.Tests;

public sealed class TrainerMetricsTests
{
    [Fact]
    public void Add_TwoAgents_AreToldApart()
    {
        var measured = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Archer.Trainer")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => measured.Add(Describe(instrument, tags)));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => measured.Add(Describe(instrument, tags)));
        listener.Start();

        TrainerMetrics.Add("metrics-one", "publish", Stopwatch.GetTimestamp());
        TrainerMetrics.Add("metrics-two", new IterationReport
        {
            Step = 1,
            EpisodesConsumed = 1,
            MeanReturn = 0,
            SamplesPerInsert = 1,
            CriticTime = TimeSpan.FromSeconds(1),
            ActorTime = TimeSpan.FromSeconds(2),
        });

        Assert.Equal(
            [
                "archer.trainer.iterations agent=metrics-two",
                "archer.trainer.time agent=metrics-one phase=publish",
                "archer.trainer.time agent=metrics-two phase=actor",
                "archer.trainer.time agent=metrics-two phase=critic",
            ],
            measured.Where(measurement => measurement.Contains("metrics-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static string Describe(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = instrument.Name;
        foreach (var (name, value) in tags)
        {
            text += $" {name}={value}";
        }

        return text;
    }
}
