using Archer.Testing.Replay;

namespace Archer.Replay.Tests;

/// <summary>An open store of a test, and what tests ask of it in one word.</summary>
public sealed class ReplayStoreLease(IReplayStore store, Func<ValueTask> close) : IAsyncDisposable
{
    public IReplayStore Store { get; } = store;

    public ValueTask DisposeAsync() => close();

    /// <summary>Appends conversations "0", "1", …, one call each.</summary>
    public async Task FillAsync(string agent, int episodes, int turns)
    {
        for (var episode = 0; episode < episodes; episode++)
        {
            await Store.AppendAsync(agent, ReplayRows.Episode($"{episode}", turns));
        }
    }

    public async Task<List<long>> PositionsAsync(string agent) =>
        [.. (await Store.ReadAsync(agent, 0, 10_000)).Select(entry => entry.Position)];

    public async Task<List<int>> TurnsAsync(string agent) =>
        [.. (await Store.ReadAsync(agent, 0, 10_000)).Select(entry => entry.Row!.Key.Turn)];

    public async Task<(long Rows, long Evicted)> RowsAndEvictedAsync(string agent)
    {
        var statistics = await Store.GetStatisticsAsync(agent);
        return (statistics.Rows, statistics.Evicted);
    }
}
