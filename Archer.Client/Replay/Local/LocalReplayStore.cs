using Archer.Embedded.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Archer.Client.Replay;

/// <summary>A replay buffer in files of one machine: a crash-safe log for each agent. One process at a time has the directory open.</summary>
public sealed class LocalReplayStore : IReplayStore, IAsyncDisposable
{
    private readonly LocalReplayOptions _options;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Dictionary<string, AgentReplayLog> _agents = new(StringComparer.Ordinal);
    private bool _closed;

    /// <summary>Makes the store; an agent's log is opened at its first use.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    public LocalReplayStore(LocalReplayOptions options, ILogger<LocalReplayStore>? logger = null)
    {
        var problems = options.Problems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        (_options, _logger) = (options, logger ?? NullLogger<LocalReplayStore>.Instance);
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayAppendResult> AppendAsync(string agent, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken = default)
    {
        var log = await OpenAsync(agent, cancellationToken);
        return await GuardAsync(agent, $"append {rows.Count} rows", log.AppendAsync(rows));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReplayEntry>> ReadAsync(
        string agent, long after, int maximum, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        var log = await OpenAsync(agent, cancellationToken);
        return await GuardAsync(agent, $"read after position {after}", Task.Run(() => log.Read(after, maximum), cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask WaitAsync(string agent, long after, CancellationToken cancellationToken = default)
    {
        AgentReplayLog log;
        do
        {
            log = await OpenAsync(agent, cancellationToken);
            await log.WaitAsync(after, cancellationToken);
        }
        while (!log.HasEntryAfter(after));
    }

    /// <inheritdoc/>
    public async ValueTask ReportReadAsync(string agent, string reader, long position, CancellationToken cancellationToken = default)
    {
        var log = await OpenAsync(agent, cancellationToken);
        await GuardAsync(agent, $"report position {position}", Task.Run(() => log.ReportRead(position), cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayStatistics> GetStatisticsAsync(string agent, CancellationToken cancellationToken = default) =>
        (await OpenAsync(agent, cancellationToken)).GetStatistics();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReplayEntry>> ReadConversationAsync(
        string agent, string conversation, CancellationToken cancellationToken = default)
    {
        var log = await OpenAsync(agent, cancellationToken);
        return await GuardAsync(
            agent, $"read conversation '{conversation}'", Task.Run(() => log.ReadConversation(conversation), cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<ReplayErasure> EraseAsync(string agent, string conversation, CancellationToken cancellationToken = default)
    {
        var log = await OpenAsync(agent, cancellationToken);
        return await GuardAsync(agent, $"erase conversation '{conversation}'", log.EraseAsync(conversation));
    }

    /// <summary>Writes what is pending and closes the logs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync();
        try
        {
            _closed = true;
            foreach (var log in _agents.Values)
            {
                await log.DisposeAsync();
            }

            _agents.Clear();
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Any name is a directory's name: what a file system does not take is escaped, a leading dot included.</summary>
    internal static string DirectoryName(string agent)
    {
        var escaped = Uri.EscapeDataString(agent);
        return escaped.StartsWith('.') ? "%2E" + escaped[1..] : escaped;
    }

    private async ValueTask<AgentReplayLog> OpenAsync(string agent, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(agent);
        await _opening.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_agents.TryGetValue(agent, out var known))
            {
                if (known.Failure is null)
                {
                    return known;
                }

                // What the failed writes left in memory is not what is on disk: start from the disk.
                _agents.Remove(agent);
                await known.DisposeAsync();
            }

            var directory = Path.Combine(_options.Directory, DirectoryName(agent));
            var opened = await GuardAsync(agent, "open its log", Task.Run(
                () => new AgentReplayLog(agent, _options, directory, _logger), CancellationToken.None));
            return _agents[agent] = opened;
        }
        finally
        {
            _opening.Release();
        }
    }

    private static async Task<T> GuardAsync<T>(string agent, string attempt, Task<T> work)
    {
        await GuardAsync(agent, attempt, (Task)work);
        return await work;
    }

    private static async Task GuardAsync(string agent, string attempt, Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e) when (e is IOException or LogCorruptException or UnauthorizedAccessException)
        {
            throw new ReplayException($"The replay store could not {attempt} of agent '{agent}': {e.Message}", e);
        }
    }
}
