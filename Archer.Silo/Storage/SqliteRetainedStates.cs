using Archer.Grains.Retention;
using Archer.Replay.Sqlite;

namespace Archer.Silo.Storage;

/// <summary>Ended states of the one-machine database: their ends are columns of the row, written with the state.</summary>
internal sealed class SqliteRetainedStates(SqliteDatabase database) : IRetainedStates
{
    private readonly SqliteEndedStates _states = new(database);

    public Task<IReadOnlyList<EndedState>> FindAsync(
        RetentionKind kind, DateTimeOffset until, int skip, int maximum, CancellationToken cancellationToken)
    {
        var found = _states.Find((int)kind, until.ToUnixTimeMilliseconds(), skip, maximum);
        return Task.FromResult<IReadOnlyList<EndedState>>([.. found.Select(state => new EndedState(
            state.Grain,
            new StateEnd(kind, DateTimeOffset.FromUnixTimeMilliseconds(state.End.At), state.End.Owner),
            state.Tag.ToString()))]);
    }

    public Task<IReadOnlyList<RetainedPlace>> ListAsync(RetentionKind kind, RetainedPlace? before, int maximum, CancellationToken cancellationToken)
    {
        var grain = before is { } place ? ConversationRecords.IdOf(place.Conversation).ToString() : "";
        var found = _states.List((int)kind, before?.At ?? long.MaxValue, grain, maximum);
        return Task.FromResult<IReadOnlyList<RetainedPlace>>([.. found.Select(state => new RetainedPlace(state.At, EndedState.ConversationOf(state.Grain)))]);
    }

    public async Task<IReadOnlyList<EndedState>> RemoveAsync(IReadOnlyList<EndedState> states, CancellationToken cancellationToken)
    {
        if (states.Count == 0)
        {
            return [];
        }

        var removed = await _states.RemoveAsync([.. states.Select(state => StateTag.Parse(state.Tag))], cancellationToken);
        return [.. states.Zip(removed).Where(pair => pair.Second).Select(pair => pair.First)];
    }

    public Task ShrinkAsync(CancellationToken cancellationToken) => database.ShrinkAsync(cancellationToken);

    /// <summary>A state's end as it is stored.</summary>
    public static StoredEnd? EndOf<T>(T state) =>
        state is IEndingState ending && ending.FindEnd() is { } end ? new StoredEnd((int)end.Kind, end.At.ToUnixTimeMilliseconds(), end.Owner) : null;
}
