using System.Globalization;
using Archer.Grains.Retention;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Storage;
using StackExchange.Redis;

namespace Archer.Silo.Storage;

/// <summary>
/// Ended states in Redis: a sorted set for each kind has the grains by the time of their end. A note only says where to look: what decides is the state
/// itself, read when the note is due. Redis frees the memory of what is removed by itself.
/// </summary>
internal sealed class RedisRetainedStates(
    [FromKeyedServices(RedisRetainedStates.StorageName)] IGrainStorage storage, IConnectionMultiplexer redis, IOptions<ClusterOptions> cluster, TimeProvider time)
    : IRetainedStates
{
    /// <summary>Name of the storage below the one that notes ends.</summary>
    public const string StorageName = "archer-redis";

    /// <summary>A note comes before its state: as long as that may be on its way, a note that seems to be about nothing stays.</summary>
    private static readonly TimeSpan WriteTime = TimeSpan.FromMinutes(1);

    /// <summary>A note that was renewed meanwhile stays.</summary>
    private const string RemoveNote =
        "if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('ZREM', KEYS[1], ARGV[1]) end return 0";

    private IDatabase Database => redis.GetDatabase();

    /// <summary>Notes an end; Redis has it when it returns.</summary>
    public Task NoteAsync(GrainId grain, StateEnd end) =>
        Database.SortedSetAddAsync(KeyOf(end.Kind), grain.ToString(), end.At.ToUnixTimeMilliseconds());

    public async Task<IReadOnlyList<EndedState>> FindAsync(
        RetentionKind kind, DateTimeOffset until, int skip, int maximum, CancellationToken cancellationToken)
    {
        while (true)
        {
            var notes = await Database.SortedSetRangeByScoreWithScoresAsync(
                KeyOf(kind), stop: until.ToUnixTimeMilliseconds(), skip: skip, take: maximum);
            var found = await Task.WhenAll(notes.Select(note => FindAsync(kind, note)));
            cancellationToken.ThrowIfCancellationRequested();
            if (notes.Length == 0 || found.Any(note => note.State is not null))
            {
                return [.. found.Select(note => note.State).OfType<EndedState>()];
            }

            skip += found.Count(note => note.Stays);
        }
    }

    /// <summary>Whether a note is right is found out by whoever reads the state: one that was made a moment ago may come before its state.</summary>
    public async Task<IReadOnlyList<RetainedPlace>> ListAsync(RetentionKind kind, RetainedPlace? before, int maximum, CancellationToken cancellationToken)
    {
        var found = new List<RetainedPlace>();
        for (var skip = 0; found.Count < maximum; skip += maximum)
        {
            var notes = await Database.SortedSetRangeByScoreWithScoresAsync(
                KeyOf(kind), stop: before?.At ?? double.PositiveInfinity, order: Order.Descending, skip: skip, take: maximum);
            cancellationToken.ThrowIfCancellationRequested();
            found.AddRange(notes
                .Select(note => new RetainedPlace((long)note.Score, EndedState.ConversationOf(note.Element.ToString())))
                .Where(place => before is not { } passed || place.CompareTo(passed) < 0));
            if (notes.Length < maximum)
            {
                break;
            }
        }

        return [.. found.Take(maximum)];
    }

    public async Task<IReadOnlyList<EndedState>> RemoveAsync(IReadOnlyList<EndedState> states, CancellationToken cancellationToken)
    {
        var removed = await Task.WhenAll(states.Select(RemoveAsync));
        return [.. states.Zip(removed).Where(pair => pair.Second).Select(pair => pair.First)];
    }

    public Task ShrinkAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The state that a note is about. A note of a state that is gone, has not ended, or ended otherwise, is removed, unless it is young.</summary>
    private async Task<(EndedState? State, bool Stays)> FindAsync(RetentionKind kind, SortedSetEntry note)
    {
        var grain = note.Element.ToString();
        var found = await ConversationRecords.FindEndAsync(storage, GrainId.Parse(grain, CultureInfo.InvariantCulture));
        if (found is { End: var end } && end.Kind == kind && end.At.ToUnixTimeMilliseconds() == (long)note.Score)
        {
            return (found, true);
        }

        if (time.GetUtcNow().ToUnixTimeMilliseconds() - note.Score < WriteTime.TotalMilliseconds)
        {
            return (null, true);
        }

        await RemoveNoteAsync(kind, grain, (long)note.Score);
        return (null, false);
    }

    /// <summary>The state goes before its note: after a crash in between, the note is found to be about nothing.</summary>
    private async Task<bool> RemoveAsync(EndedState state)
    {
        try
        {
            await ConversationRecords.ClearAsync(storage, state);
        }
        catch (InconsistentStateException)
        {
            return false;
        }

        await RemoveNoteAsync(state.End.Kind, state.Grain, state.End.At.ToUnixTimeMilliseconds());
        return true;
    }

    private Task RemoveNoteAsync(RetentionKind kind, string grain, long at) =>
        Database.ScriptEvaluateAsync(RemoveNote, [KeyOf(kind)], [grain, at]);

    private RedisKey KeyOf(RetentionKind kind) => $"{cluster.Value.ServiceId}/ended/{kind.ToString().ToLowerInvariant()}";
}
