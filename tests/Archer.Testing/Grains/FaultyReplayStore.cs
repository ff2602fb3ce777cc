using Archer.Replay;

namespace Archer.Testing.Grains;

/// <summary>A replay store whose appends fail when a test says so.</summary>
public sealed class FaultyReplayStore(IReplayStore store) : IReplayStore
{
    private int _appends;

    /// <summary>Appends fail and change nothing.</summary>
    public bool FailAppends { get; set; }

    /// <summary>Appends take effect and then fail, so that no acknowledgement follows.</summary>
    public bool FailAppendsAfterTheFact { get; set; }

    /// <summary>Erasures fail and change nothing.</summary>
    public bool FailErasures { get; set; }

    /// <summary>Erasures take effect and then fail.</summary>
    public bool FailErasuresAfterTheFact { get; set; }

    /// <summary>Calls to append so far.</summary>
    public int Appends => _appends;

    /// <inheritdoc/>
    public async ValueTask<ReplayAppendResult> AppendAsync(string agent, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _appends);
        if (FailAppends)
        {
            throw new ReplayException("The replay store is away.");
        }

        var result = await store.AppendAsync(agent, rows, cancellationToken);
        return FailAppendsAfterTheFact ? throw new ReplayException("The replay store did not answer.") : result;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReplayEntry>> ReadAsync(string agent, long after, int maximum, CancellationToken cancellationToken = default) =>
        store.ReadAsync(agent, after, maximum, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WaitAsync(string agent, long after, CancellationToken cancellationToken = default) => store.WaitAsync(agent, after, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReportReadAsync(string agent, string reader, long position, CancellationToken cancellationToken = default) =>
        store.ReportReadAsync(agent, reader, position, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ReplayStatistics> GetStatisticsAsync(string agent, CancellationToken cancellationToken = default) =>
        store.GetStatisticsAsync(agent, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReplayEntry>> ReadConversationAsync(string agent, string conversation, CancellationToken cancellationToken = default) =>
        store.ReadConversationAsync(agent, conversation, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ReplayErasure> EraseAsync(string agent, string conversation, CancellationToken cancellationToken = default)
    {
        if (FailErasures)
        {
            throw new ReplayException("The replay store is away.");
        }

        var result = await store.EraseAsync(agent, conversation, cancellationToken);
        return FailErasuresAfterTheFact ? throw new ReplayException("The replay store did not answer.") : result;
    }
}
