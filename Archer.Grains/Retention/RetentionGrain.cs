using Microsoft.Extensions.Options;

namespace Archer.Grains.Retention;

/// <summary>It keeps nothing: what a crash interrupts is found again by the next look.</summary>
internal sealed class RetentionGrain(IRetainedStates states, IOptions<RetentionOptions> options, TimeProvider time) : Grain, IRetentionGrain
{
    private long? _swept;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        // Every silo asks once a period.
        if (_swept is { } before && time.GetElapsedTime(before) < options.Value.Period / 2)
        {
            return 0;
        }

        var removed = await new RetentionPass(states, GrainFactory, options.Value, time).RunAsync(cancellationToken);
        _swept = time.GetTimestamp();
        return removed;
    }
}
