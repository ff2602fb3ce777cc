using System.Net;
using Archer.Client.Randomness;

namespace Archer.Client.Http;

/// <summary>Decides after each failure of one request whether, and when, it is sent again.</summary>
internal struct RetrySchedule(ArcherClientOptions options, TimeProvider time, ulong seed)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private readonly long _started = time.GetTimestamp();
    private SplitMix64 _random = new(seed);
    private int _failures;

    /// <summary>The pause before another attempt; null when the failure is final or the time is up.</summary>
    public TimeSpan? After(ArcherException failure)
    {
        var patience = failure switch
        {
            ArcherUnreachableException => options.RetryFor,
            ArcherApiException { Status: HttpStatusCode.ServiceUnavailable } => options.RetryFor,
            ArcherApiException { Status: HttpStatusCode.TooManyRequests } => options.WaitForLearner,
            _ => TimeSpan.Zero,
        };
        var delay = (failure as ArcherApiException)?.RetryAfter ?? Backoff();
        _failures++;
        return time.GetElapsedTime(_started) + delay <= patience ? delay : null;
    }

    // Half of the pause is drawn, so that many clients do not come back together.
    private TimeSpan Backoff()
    {
        var full = Math.Min(options.FirstDelay.TotalSeconds * Math.Pow(2, _failures), LongestDelay.TotalSeconds);
        return TimeSpan.FromSeconds(full * (0.5 + 0.5 * _random.NextDouble()));
    }
}
