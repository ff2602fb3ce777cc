using Archer.Client.Agents;
using Archer.Grains.Agents;

namespace Archer.Grains.Tests.Agents;

public sealed class LearnerPaceTests
{
    private static readonly TimeSpan Never = TimeSpan.Zero;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly ManualTime _time = new();

    [Fact]
    public async Task TryAdmit_WithoutALearner_HasNoBound()
    {
        var pace = new LearnerPace(_time);

        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(await pace.TryAdmitAsync(Never, default));
        }

        Assert.Equal(1_000, pace.Lag);
    }

    [Fact]
    public async Task TryAdmit_LearnerExpected_WaitsForItsFirstReport()
    {
        var pace = new LearnerPace(_time) { ExpectLearner = true };
        var waiting = pace.TryAdmitAsync(Long, default);
        Assert.False(waiting.IsCompleted);

        pace.Report(Report(consumed: 0, maximum: 2));

        Assert.True(await waiting);
    }

    [Fact]
    public async Task TryAdmit_AtTheBound_WaitsForConsumption()
    {
        var pace = new LearnerPace(_time);
        pace.Report(Report(consumed: 100, maximum: 2));
        Assert.True(await pace.TryAdmitAsync(Never, default));
        Assert.True(await pace.TryAdmitAsync(Never, default));
        var third = pace.TryAdmitAsync(Long, default);
        var fourth = pace.TryAdmitAsync(Long, default);
        Assert.Equal((2, 2), (pace.Lag, pace.Waiting));

        pace.Report(Report(consumed: 101, maximum: 2));

        Assert.True(await third);
        Assert.False(fourth.IsCompleted);
        Assert.Equal((2, 1), (pace.Lag, pace.Waiting));
    }

    [Fact]
    public async Task TryAdmit_Newcomer_DoesNotOvertakeThoseWhoWait()
    {
        var pace = new LearnerPace(_time);
        pace.Report(Report(consumed: 0, maximum: 1));
        Assert.True(await pace.TryAdmitAsync(Never, default));
        var first = pace.TryAdmitAsync(Long, default);
        var second = pace.TryAdmitAsync(Long, default);

        pace.Report(Report(consumed: 1, maximum: 1));

        Assert.True(await first);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task TryAdmit_LearnerTooSlow_GivesUpAndFreesItsPlace()
    {
        var pace = new LearnerPace(_time);
        pace.Report(Report(consumed: 0, maximum: 1));
        pace.Admit();

        Assert.False(await pace.TryAdmitAsync(Never, default));

        Assert.Equal((1, 0), (pace.Lag, pace.Waiting));
    }

    [Fact]
    public async Task TryAdmit_Cancelled_FreesItsPlace()
    {
        var pace = new LearnerPace(_time);
        pace.Report(Report(consumed: 0, maximum: 1));
        pace.Admit();
        using var left = new CancellationTokenSource();
        var waiting = pace.TryAdmitAsync(Long, left.Token);

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, pace.Waiting);
    }

    [Fact]
    public async Task Admit_Live_CountsAndNeverWaits()
    {
        var pace = new LearnerPace(_time);
        pace.Report(Report(consumed: 0, maximum: 1));

        pace.Admit();
        pace.Admit();

        Assert.Equal(2, pace.Lag);
        Assert.False(await pace.TryAdmitAsync(Never, default));
    }

    [Fact]
    public void Report_Backlog_BringsTheLagToZeroOnly()
    {
        var pace = new LearnerPace(_time);
        pace.Report(Report(consumed: 10, maximum: 4));
        pace.Admit();

        pace.Report(Report(consumed: 60, maximum: 4));

        Assert.Equal(0, pace.Lag);
        pace.Admit();
        Assert.Equal(1, pace.Lag);
    }

    [Fact]
    public void Report_NewRunFromAnOlderCheckpoint_KeepsTheLag()
    {
        var pace = new LearnerPace(_time);
        pace.Report(Report(consumed: 0, maximum: 64));
        for (var i = 0; i < 100; i++)
        {
            pace.Admit();
        }

        pace.Report(Report(consumed: 90, maximum: 64));

        pace.Report(Report(consumed: 64, maximum: 64) with { Run = "second" });

        Assert.Equal(10, pace.Lag);
    }

    [Fact]
    public async Task TryAdmit_SilentLearner_BindsOnlyWhereOneIsExpected()
    {
        foreach (var expected in new[] { false, true })
        {
            var pace = new LearnerPace(_time) { ExpectLearner = expected };
            pace.Report(Report(consumed: 0, maximum: 1) with { LeaseSeconds = 10 });
            pace.Admit();
            Assert.False(await pace.TryAdmitAsync(Never, default));

            _time.Advance(TimeSpan.FromSeconds(11));

            Assert.Equal(!expected, await pace.TryAdmitAsync(Never, default));
        }
    }

    [Fact]
    public async Task Release_LetsAnotherIn()
    {
        var pace = new LearnerPace(_time);
        pace.Report(Report(consumed: 0, maximum: 1));
        pace.Admit();
        var waiting = pace.TryAdmitAsync(Long, default);

        pace.Release(1);

        Assert.True(await waiting);
        Assert.Equal(1, pace.Lag);
    }

    private static LearnerReport Report(long consumed, int maximum) =>
        new() { Run = "first", Step = 0, EpisodesConsumed = consumed, MaximumLag = maximum };
}
