using Archer.Replay;

namespace Archer.Trainer.Tests;

/// <summary>A replay store that cannot read some of its rows.</summary>
internal sealed class DamagedStore(IReplayStore store, params long[] damaged) : IReplayStore
{
    public ValueTask<ReplayAppendResult> AppendAsync(string agent, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken = default) =>
        store.AppendAsync(agent, rows, cancellationToken);

    public async ValueTask<IReadOnlyList<ReplayEntry>> ReadAsync(string agent, long after, int maximum, CancellationToken cancellationToken = default)
    {
        var entries = await store.ReadAsync(agent, after, maximum, cancellationToken);
        return entries.FirstOrDefault(entry => damaged.Contains(entry.Position)) is { } hit
            ? throw new ReplayException($"position {hit.Position}") { DamagedPosition = hit.Position }
            : entries;
    }

    public ValueTask WaitAsync(string agent, long after, CancellationToken cancellationToken = default) => store.WaitAsync(agent, after, cancellationToken);

    public ValueTask ReportReadAsync(string agent, string reader, long position, CancellationToken cancellationToken = default) =>
        store.ReportReadAsync(agent, reader, position, cancellationToken);

    public ValueTask<ReplayStatistics> GetStatisticsAsync(string agent, CancellationToken cancellationToken = default) =>
        store.GetStatisticsAsync(agent, cancellationToken);

    public ValueTask<IReadOnlyList<ReplayEntry>> ReadConversationAsync(string agent, string conversation, CancellationToken cancellationToken = default) =>
        store.ReadConversationAsync(agent, conversation, cancellationToken);

    public ValueTask<ReplayErasure> EraseAsync(string agent, string conversation, CancellationToken cancellationToken = default) =>
        store.EraseAsync(agent, conversation, cancellationToken);
}
