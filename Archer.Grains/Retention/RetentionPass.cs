using Archer.Grains.Conversations;
using Archer.Grains.Replay;
using Archer.Grains.Users;

namespace Archer.Grains.Retention;

/// <summary>
/// One look for what has expired. It activates no conversation: storage knows the ends, the watches know what still has to be looked after. A state goes
/// before its user's list forgets it; a crash in between leaves a name on the list, which the list drops itself when nobody is found under it.
/// </summary>
internal sealed class RetentionPass(IRetainedStates states, IGrainFactory grains, RetentionOptions options, TimeProvider time)
{
    // Turns wait for the commit of a batch: a hundred states of 10 kB are a megabyte of log.
    private const int BatchSize = 100;
    private static readonly RetentionKind[] Kinds = Enum.GetValues<RetentionKind>();

    /// <summary>Removes what has expired, at most <see cref="RetentionOptions.MaxPerPass"/> states.</summary>
    /// <returns>States removed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var (removed, left) = (0, options.MaxPerPass);
        foreach (var kind in Kinds)
        {
            if (options.AgeOf(kind) is { } age)
            {
                var (gone, seen) = await RemoveAsync(kind, time.GetUtcNow() - age, left, cancellationToken);
                removed += gone;
                left -= seen;
            }
        }

        await states.ShrinkAsync(cancellationToken);
        return removed;
    }

    private async Task<(int Removed, int Seen)> RemoveAsync(RetentionKind kind, DateTimeOffset until, int maximum, CancellationToken cancellationToken)
    {
        var (removed, seen) = (0, 0);
        while (seen < maximum)
        {
            var found = await states.FindAsync(kind, until, seen - removed, Math.Min(BatchSize, maximum - seen), cancellationToken);
            if (found.Count == 0)
            {
                break;
            }

            var gone = await states.RemoveAsync(await WithoutWatchedAsync(found), cancellationToken);
            await ForgetAsync(gone);
            removed += gone.Count;
            seen += found.Count;
        }

        return (removed, seen);
    }

    /// <summary>What is watched has transitions on their way, or its end is not reported; a change that begins now gives the state another tag.</summary>
    private async Task<IReadOnlyList<EndedState>> WithoutWatchedAsync(IReadOnlyList<EndedState> found)
    {
        var watched = await Task.WhenAll(found.GroupBy(state => TransitionStream.ShardOf(state.Conversation)).Select(shard =>
            grains.GetGrain<IConversationWatchGrain>(shard.Key).FindAsync([.. shard.Select(state => state.Conversation)])));
        var kept = watched.SelectMany(conversations => conversations).ToHashSet(StringComparer.Ordinal);
        return [.. found.Where(state => !kept.Contains(state.Conversation))];
    }

    private Task ForgetAsync(IReadOnlyList<EndedState> gone) => Task.WhenAll(gone.Where(state => state.End.Owner is not null)
        .GroupBy(state => state.End.Owner!)
        .Select(user => grains.GetGrain<IUserGrain>(user.Key).ForgetAsync([.. user.Select(state => state.Conversation)])));
}
