using System.Threading.RateLimiting;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Archer.Grains.Policies;

/// <summary>
/// What stands between a grain and the policy server, outermost first: total time-out, concurrency limit, retry (connection errors and 5xx only),
/// circuit breaker, time-out of one attempt.
/// </summary>
internal static class PolicyPipeline
{
    public static ResiliencePipeline Build(PolicyClientOptions options, TimeProvider time)
    {
        // Jitter needs no secrecy and no synchrony with the learner: a seeded generator behind a lock.
        var jitter = new Random(options.JitterSeed);
        var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.ConcurrencyLimit,
            QueueLimit = options.QueueLimit,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        builder.AddTimeout(options.TotalTimeout);
        builder.AddStrategy(_ => new ConcurrencyStrategy(limiter), new ConcurrencyStrategyOptions());
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = () =>
                {
                    lock (jitter)
                    {
                        return jitter.NextDouble();
                    }
                },
                ShouldHandle = new PredicateBuilder().Handle<PolicyAttemptException>(),
            });
        }

        return builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.BreakerFailureRatio,
                MinimumThroughput = options.BreakerMinimumThroughput,
                SamplingDuration = options.BreakerWindow,
                BreakDuration = options.BreakDuration,
                ShouldHandle = new PredicateBuilder().Handle<PolicyAttemptException>().Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(options.AttemptTimeout)
            .Build();
    }
}

/// <summary>An attempt failed with a connection error or a 5xx answer: another may succeed.</summary>
internal sealed class PolicyAttemptException(string message, Exception? inner = null) : Exception(message, inner);
