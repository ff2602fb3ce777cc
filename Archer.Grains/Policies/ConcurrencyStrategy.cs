using System.Threading.RateLimiting;
using Polly;

namespace Archer.Grains.Policies;

/// <summary>Lets so many calls run at once and so many wait; the rest fail at once.</summary>
internal sealed class ConcurrencyStrategy(ConcurrencyLimiter limiter) : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        using var lease = await limiter.AcquireAsync(1, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        return lease.IsAcquired
            ? await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext)
            : Outcome.FromException<TResult>(new PolicyBusyException());
    }
}

/// <summary>Options of <see cref="ConcurrencyStrategy"/>, which has none: the limiter is given.</summary>
internal sealed class ConcurrencyStrategyOptions : ResilienceStrategyOptions;

/// <summary>Too many calls wait for the policy server.</summary>
internal sealed class PolicyBusyException() : Exception("Too many calls wait for the policy server.");
