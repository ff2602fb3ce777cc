using System.Collections.Concurrent;

namespace Archer.Replay.Sqlite;

/// <summary>The replay buffer of one machine, in its database. The database stays the caller's.</summary>
public sealed class SqliteReplayStore : IReplayStore
{
    private readonly ConcurrentDictionary<string, ReplaySignal> _signals = new(StringComparer.Ordinal);
    private readonly SqliteDatabase _database;
    private readonly ReplayOptions _options;

    /// <summary>Makes a store on an open database.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    public SqliteReplayStore(SqliteDatabase database, ReplayOptions? options = null)
    {
        (_database, _options) = (database, options ?? new ReplayOptions());
        if (_options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayAppendResult> AppendAsync(string agent, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken = default)
    {
        EncodedRow[] encoded = [.. rows.Select(EncodedRow.From)];
        var result = await WriteAsync(agent, $"append {rows.Count} rows", log => log.Append(encoded), cancellationToken);
        SignalOf(agent).Pulse();
        return result;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReplayEntry>> ReadAsync(
        string agent, long after, int maximum, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        return await ReadAsync(
            agent, $"read after position {after}", session => ReplayReads.After(session, agent, after, maximum), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(string agent, long after, CancellationToken cancellationToken = default)
    {
        var signal = SignalOf(agent);
        while (true)
        {
            var grown = signal.Next;
            if ((await GetStatisticsAsync(agent, cancellationToken)).LastPosition > after)
            {
                return;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ReportReadAsync(string agent, string reader, long position, CancellationToken cancellationToken = default) =>
        await WriteAsync(agent, $"report position {position}", log => log.ReportRead(position), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ReplayStatistics> GetStatisticsAsync(string agent, CancellationToken cancellationToken = default)
    {
        var found = await ReadAsync(agent, "count rows", session => ReplayCounters.Find(session, agent), cancellationToken);
        return found?.ToStatistics() ?? new ReplayStatistics { Rows = 0, Episodes = 0, LastPosition = 0, Inserted = 0, Evicted = 0 };
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReplayEntry>> ReadConversationAsync(
        string agent, string conversation, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            agent,
            $"read conversation '{conversation}'",
            session => ReplayReads.OfConversation(session, agent, conversation),
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ReplayErasure> EraseAsync(string agent, string conversation, CancellationToken cancellationToken = default)
    {
        var attempt = $"erase conversation '{conversation}'";
        var erasure = await WriteAsync(agent, attempt, log => log.Erase(conversation), cancellationToken);
        SignalOf(agent).Pulse();
        await GuardAsync(agent, attempt, () => _database.CleanAsync(cancellationToken));
        return erasure;
    }

    private ReplaySignal SignalOf(string agent) => _signals.GetOrAdd(agent, _ => new ReplaySignal());

    private async Task<T> WriteAsync<T>(string agent, string attempt, Func<ReplayLog, T> apply, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(agent);
        Task<T>? written = null;
        await GuardAsync(
            agent,
            attempt,
            () => written = _database.WriteAsync(session => apply(ReplayLog.Open(session, agent, _options.CapacityRows)), cancellationToken));
        return await written!;
    }

    /// <summary>On a thread of the pool: a long read must not hold up a grain's turn.</summary>
    private async Task<T> ReadAsync<T>(string agent, string attempt, Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(agent);
        Task<T>? reading = null;
        await GuardAsync(agent, attempt, () => reading = Task.Run(() => _database.Read(read), cancellationToken));
        return await reading!;
    }

    private static async Task GuardAsync(string agent, string attempt, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (StorageException e)
        {
            throw new ReplayException($"The replay store could not {attempt} of agent '{agent}': {e.Message}", e);
        }
    }
}
