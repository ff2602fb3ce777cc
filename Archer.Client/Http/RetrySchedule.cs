using System.Net;
using Archer.Client.Randomness;

namespace Archer.Client.Http;

/// <summary>Decides after each failure of one request whether, and when, it is sent again.</summary>
internal struct RetrySchedule(ArcherClientOptions options, TimeProvider time, ulong seed)
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);
    private SplitMix64 _random = new(seed);
    private bool _waitsForLearner;
    private long _since = time.GetTimestamp();
    private int _failures;

    /// <summary>The pause before another attempt; null when the failure is final or the time is up.</summary>
    public TimeSpan? After(ArcherException failure)
    {
        var waitsForLearner = failure is ArcherApiException { Status: HttpStatusCode.TooManyRequests };
        if (!waitsForLearner && failure is not (ArcherUnreachableException or ArcherApiException { Status: HttpStatusCode.ServiceUnavailable }))
        {
            return null;
        }
        // A long wait for the learner leaves the whole patience for a silo that goes away after it.
        if (waitsForLearner != _waitsForLearner)
        {
            (_waitsForLearner, _since, _failures) = (waitsForLearner, time.GetTimestamp(), 0);
        }

        var delay = (failure as ArcherApiException)?.RetryAfter ?? Backoff();
        _failures++;
        return time.GetElapsedTime(_since) + delay <= (waitsForLearner ? options.WaitForLearner : options.RetryFor) ? delay : null;
    }

    // Half of the pause is drawn, so that many clients do not come back together.
    private TimeSpan Backoff()
    {
        var full = Math.Min(options.FirstDelay.TotalSeconds * Math.Pow(2, _failures), MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(full * (0.5 + 0.5 * _random.NextDouble()));
    }
}
