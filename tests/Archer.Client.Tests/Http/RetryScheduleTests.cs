using System.Net;
using Archer.Client.Http;

namespace Archer.Client.Tests.Http;

public sealed class RetryScheduleTests
{
    private static readonly ArcherClientOptions Options = new();

    [Fact]
    public void After_SiloNamesNoPause_DoublesUpToFiveSecondsAndDrawsHalf()
    {
        var schedule = new RetrySchedule(Options with { RetryFor = TimeSpan.FromHours(1) }, TimeProvider.System, seed: 1);
        for (var failure = 0; failure < 12; failure++)
        {
            var full = Math.Min(0.1 * Math.Pow(2, failure), 5);
            Assert.InRange(schedule.After(Unreachable())!.Value.TotalSeconds, full / 2, full);
        }
    }

    [Fact]
    public void After_OtherSeed_GivesOtherPauses()
    {
        var one = new RetrySchedule(Options, TimeProvider.System, seed: 1);
        var two = new RetrySchedule(Options, TimeProvider.System, seed: 2);
        Assert.NotEqual(one.After(Unreachable()), two.After(Unreachable()));
    }

    [Fact]
    public void After_SiloNamesAPause_IsThatPause()
    {
        var schedule = new RetrySchedule(Options, TimeProvider.System, seed: 1);
        Assert.Equal(TimeSpan.FromSeconds(9), schedule.After(Api(HttpStatusCode.ServiceUnavailable, 9)));
    }

    [Fact]
    public void After_LearnerLags_IsPatientForLonger()
    {
        var schedule = new RetrySchedule(Options, TimeProvider.System, seed: 1);
        Assert.Null(schedule.After(Api(HttpStatusCode.ServiceUnavailable, 60)));
        Assert.Equal(TimeSpan.FromSeconds(60), schedule.After(Api(HttpStatusCode.TooManyRequests, 60)));
        Assert.Null(schedule.After(Api(HttpStatusCode.TooManyRequests, 601)));
    }

    [Fact]
    public void After_LongWaitForTheLearner_HasThePatienceForAnotherFailure()
    {
        var time = new SettableTime();
        var schedule = new RetrySchedule(Options, time, seed: 1);
        Assert.NotNull(schedule.After(Api(HttpStatusCode.TooManyRequests, 1)));
        time.Seconds = 300;
        Assert.NotNull(schedule.After(Api(HttpStatusCode.TooManyRequests, 1)));
        Assert.InRange(schedule.After(Unreachable())!.Value.TotalSeconds, 0.05, 0.1);
        time.Seconds = 329;
        Assert.NotNull(schedule.After(Api(HttpStatusCode.ServiceUnavailable, 1)));
        time.Seconds = 330;
        Assert.Null(schedule.After(Api(HttpStatusCode.ServiceUnavailable, 1)));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public void After_FinalRefusal_IsNever(HttpStatusCode status)
    {
        var schedule = new RetrySchedule(Options, TimeProvider.System, seed: 1);
        Assert.Null(schedule.After(Api(status, null)));
    }

    private static ArcherUnreachableException Unreachable() => new("gone", new IOException());

    private static ArcherApiException Api(HttpStatusCode status, int? seconds) =>
        new("no", status, "") { RetryAfter = seconds is { } value ? TimeSpan.FromSeconds(value) : null };

    private sealed class SettableTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
