using System.Globalization;
using Archer.Replay.Codec;
using StackExchange.Redis;

namespace Archer.Replay.Redis;

/// <summary>
/// A replay buffer in Redis: a stream for each agent, with scripts that deduplicate, evict and erase in one step. What the server has
/// confirmed is as durable as the server is set up for: <c>appendonly yes</c> with <c>appendfsync always</c> for rows that survive a power cut.
/// </summary>
public sealed class RedisReplayStore : IReplayStore
{
    private static readonly TimeSpan MinPoll = TimeSpan.FromMilliseconds(1);
    private readonly IConnectionMultiplexer _connection;
    private readonly ReplayOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Makes a store on a connection, which stays the caller's and reconnects by itself.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    public RedisReplayStore(IConnectionMultiplexer connection, ReplayOptions? options = null, TimeProvider? time = null)
    {
        (_connection, _options, _time) = (connection, options ?? new ReplayOptions(), time ?? TimeProvider.System);
        var problems = _options.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayAppendResult> AppendAsync(string agent, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken = default)
    {
        var arguments = new List<RedisValue>(1 + (4 * rows.Count)) { _options.CapacityRows };
        foreach (var row in rows)
        {
            arguments.Add(row.Key.Conversation);
            arguments.Add(row.Key.Turn);
            arguments.Add(row.Key.Revision);
            arguments.Add(ReplayRowCodec.Encode(row));
        }

        var result = ((RedisResult[]?)await RunAsync(agent, $"append {rows.Count} rows", RedisReplayScripts.Append, cancellationToken, [.. arguments]))!;
        return new ReplayAppendResult((int)result[0], rows.Count - (int)result[0], (long)result[1])
        {
            Positions = [.. ((long[]?)result[2])!],
        };
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReplayEntry>> ReadAsync(
        string agent, long after, int maximum, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        var firstId = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(after, 0)}-1");
        return ToEntries(await RunAsync(agent, $"read after position {after}", RedisReplayScripts.Read, cancellationToken, firstId, maximum));
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(string agent, long after, CancellationToken cancellationToken = default)
    {
        var keys = new RedisReplayKeys(agent);
        var pause = MinPoll;
        while (true)
        {
            var last = await GuardAsync(
                agent, "wait for rows", database => database.HashGetAsync(keys.Counters, "last"), cancellationToken);
            if ((long)last > after)
            {
                return;
            }

            await Task.Delay(pause, _time, cancellationToken);
            pause = pause * 2 < _options.MaxPoll ? pause * 2 : _options.MaxPoll;
        }
    }

    /// <inheritdoc/>
    public async ValueTask ReportReadAsync(string agent, string reader, long position, CancellationToken cancellationToken = default) =>
        await RunAsync(
            agent, $"report position {position}", RedisReplayScripts.ReportRead, cancellationToken, _options.CapacityRows, reader, position);

    /// <inheritdoc/>
    public async ValueTask<ReplayStatistics> GetStatisticsAsync(string agent, CancellationToken cancellationToken = default)
    {
        var result = ((RedisResult[]?)await RunAsync(agent, "count rows", RedisReplayScripts.Statistics, cancellationToken))!;
        return new ReplayStatistics
        {
            Rows = (long)result[0],
            Episodes = (long)result[1],
            LastPosition = (long)result[2],
            Inserted = (long)result[3],
            Evicted = (long)result[4],
        };
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReplayEntry>> ReadConversationAsync(
        string agent, string conversation, CancellationToken cancellationToken = default)
    {
        var found = ToEntries(await RunAsync(
            agent, $"read conversation '{conversation}'", RedisReplayScripts.ReadConversation, cancellationToken, conversation));
        return [.. found.OrderBy(entry => entry.Row!.Key.Turn)];
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayErasure> EraseAsync(string agent, string conversation, CancellationToken cancellationToken = default)
    {
        var result = ((RedisResult[]?)await RunAsync(
            agent, $"erase conversation '{conversation}'", RedisReplayScripts.Erase, cancellationToken, conversation))!;
        return new ReplayErasure((int)result[0], (long)result[1], (long)result[2]);
    }

    private static List<ReplayEntry> ToEntries(RedisResult result)
    {
        var found = ((RedisResult[]?)result)!;
        var entries = new List<ReplayEntry>(found.Length);
        foreach (var item in found)
        {
            var parts = ((RedisResult[]?)item)!;
            var fields = ((RedisResult[]?)parts[1])!;
            var id = ((string?)parts[0])!;
            var position = long.Parse(id.AsSpan(0, id.IndexOf('-', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);
            entries.Add((string?)fields[0] == "erased"
                ? new ReplayEntry { Position = position, ErasedConversation = ((string?)fields[1])! }
                : new ReplayEntry { Position = position, Row = Decode(position, ((byte[]?)fields[1])!) });
        }

        return entries;
    }

    private static ReplayRow Decode(long position, byte[] data)
    {
        try
        {
            return ReplayRowCodec.Decode(data);
        }
        catch (ReplayException damage)
        {
            throw new ReplayException($"The row at position {position} cannot be read: {damage.Message}", damage) { DamagedPosition = position };
        }
    }

    private Task<RedisResult> RunAsync(
        string agent, string attempt, string script, CancellationToken cancellationToken, params RedisValue[] arguments)
    {
        var keys = new RedisReplayKeys(agent);
        return GuardAsync(
            agent,
            attempt,
            database => database.ScriptEvaluateAsync(script, keys.ForScripts(), [keys.ConversationPrefix, .. arguments]),
            cancellationToken);
    }

    private async Task<T> GuardAsync<T>(string agent, string attempt, Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(agent);
        var database = _connection.GetDatabase();
        try
        {
            return await work(database).WaitAsync(cancellationToken);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server restarted and forgot its scripts; the failure made the client forget that it had sent them.
            return await work(database).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new ReplayException($"The replay store in Redis could not {attempt} of agent '{agent}': {e.Message}", e);
        }
    }
}
