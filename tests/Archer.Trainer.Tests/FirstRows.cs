using Archer.Replay;

namespace Archer.Trainer.Tests;

/// <summary>A replay store that has no more than its first rows yet.</summary>
internal sealed class FirstRows(IReplayStore store, long last) : IReplayStore
{
    public ValueTask<ReplayAppendResult> AppendAsync(string agent, IReadOnlyList<ReplayRow> rows, CancellationToken cancellationToken = default) =>
        store.AppendAsync(agent, rows, cancellationToken);

    public async ValueTask<IReadOnlyList<ReplayEntry>> ReadAsync(string agent, long after, int maximum, CancellationToken cancellationToken = default) =>
        [.. (await store.ReadAsync(agent, after, maximum, cancellationToken)).Where(entry => entry.Position <= last)];

    public async ValueTask WaitAsync(string agent, long after, CancellationToken cancellationToken = default)
    {
        if (after < last)
        {
            await store.WaitAsync(agent, after, cancellationToken);
        }
        else
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    public ValueTask ReportReadAsync(string agent, string reader, long position, CancellationToken cancellationToken = default) =>
        store.ReportReadAsync(agent, reader, position, cancellationToken);

    public ValueTask<ReplayStatistics> GetStatisticsAsync(string agent, CancellationToken cancellationToken = default) =>
        store.GetStatisticsAsync(agent, cancellationToken);

    public ValueTask<IReadOnlyList<ReplayEntry>> ReadConversationAsync(string agent, string conversation, CancellationToken cancellationToken = default) =>
        store.ReadConversationAsync(agent, conversation, cancellationToken);

    public ValueTask<ReplayErasure> EraseAsync(string agent, string conversation, CancellationToken cancellationToken = default) =>
        store.EraseAsync(agent, conversation, cancellationToken);
}
