using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Archer.Trainer.Episodes;
using Archer.Trainer.Learning;
using Archer.Trainer.Publication;

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
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measured.Add($"{Describe(instrument, tags)} = {value}"));
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
            Pause = ActorPause.NoSignal,
        });
        TrainerMetrics.Add("metrics-two", new IntakeNotice("c", IntakeNoticeKind.Refused, "log_probability", 3));
        TrainerMetrics.Add("metrics-two", new IntakeNotice("c", IntakeNoticeKind.RewardClipped, "reward_clipped", 3));
        TrainerMetrics.Add("metrics-two", new IntakeNotice("c", IntakeNoticeKind.OtherSampling, "top_p", 3));
        TrainerMetrics.Add("metrics-two", PublicationVerdict.NothingLearned);
        TrainerMetrics.Add("metrics-two", PublicationVerdict.NotDue);
        TrainerMetrics.Fail("metrics-two", new LearningFailedException("failed", ["c"]));
        TrainerMetrics.Quarantine("metrics-two", 1);
        TrainerMetrics.Progress("metrics-one");
        listener.RecordObservableInstruments();
        TrainerMetrics.Leave("metrics-one");
        TrainerMetrics.Leave("metrics-two");

        Assert.Equal(
            [
                "archer.trainer.actor.pauses agent=metrics-two reason=no_signal",
                "archer.trainer.failures agent=metrics-two reason=iteration",
                "archer.trainer.iterations agent=metrics-two",
                "archer.trainer.publications agent=metrics-two outcome=nothing_learned",
                "archer.trainer.quarantined agent=metrics-two",
                "archer.trainer.refused agent=metrics-two reason=log_probability",
                "archer.trainer.rewards.clipped agent=metrics-two",
                "archer.trainer.time agent=metrics-one phase=publish",
                "archer.trainer.time agent=metrics-two phase=actor",
                "archer.trainer.time agent=metrics-two phase=critic",
                "archer.trainer.turns.other.sampling agent=metrics-two reason=top_p",
                "archer.trainer.up agent=metrics-one = 1",
                "archer.trainer.up agent=metrics-two = 0",
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
