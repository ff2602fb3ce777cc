using Archer.Testing.Contracts;
using Archer.Testing.Replay;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Replay.Tests;

public abstract partial class ReplayStoreContract
{
    /// <summary>Random histories, with a restart now and then: the store and the model agree after every step.</summary>
    [ContractFact]
    public async Task Store_AfterAnyHistory_IsWhatTheModelSays()
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            await FollowHistoryAsync($"history {seed}", seed);
        }
    }

    private async Task FollowHistoryAsync(string agent, int seed)
    {
        const int Capacity = 12;
        var model = new ReplayModel(Capacity);
        var lease = await OpenAsync(Capacity);
        try
        {
            var steps = Step.Sample(150, new Rnd((ulong)seed), 50);
            foreach (var step in steps)
            {
                if (step.Kind == StepKind.Reopen)
                {
                    await lease.DisposeAsync();
                    lease = await OpenAsync(Capacity);
                    // What readers have seen may be lost with a restart: they report again.
                    await lease.Store.ReportReadAsync(agent, "trainer", 0);
                }

                await TakeAsync(step, agent, lease.Store, model);
                await AssertSameAsync(agent, lease.Store, model);
            }
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }

    private enum StepKind
    {
        Append,
        Report,
        Erase,
        Reopen,
    }

    private sealed record ReplayStep(StepKind Kind, ReplayKey[] Keys, long Position);

    private static Gen<ReplayStep> Step =>
        from kind in Gen.Frequency(
            (20, Gen.Constant(StepKind.Append)),
            (4, Gen.Constant(StepKind.Report)),
            (1, Gen.Constant(StepKind.Erase)),
            (2, Gen.Constant(StepKind.Reopen)))
        from keys in KeyOf.ListOf(5)
        from lag in Gen.Choose(0, 20)
        select new ReplayStep(kind, [.. keys], lag);

    private static Gen<ReplayKey> KeyOf =>
        from conversation in Gen.Choose(0, 40)
        from turn in Gen.Choose(0, 3)
        from revision in Gen.Choose(0, 2)
        select new ReplayKey($"c{conversation}", turn, revision);

    private static async Task TakeAsync(ReplayStep step, string agent, IReplayStore store, ReplayModel model)
    {
        switch (step.Kind)
        {
            case StepKind.Append:
                var rows = step.Keys.Select(key => ReplayRows.Of(key.Conversation, key.Turn, key.Revision)).ToList();
                Assert.Equal(model.Append(step.Keys), (await store.AppendAsync(agent, rows)).Counts());
                break;
            case StepKind.Report:
                model.ReportRead(Math.Max(0, model.Last - step.Position));
                await store.ReportReadAsync(agent, "trainer", Math.Max(0, model.Last - step.Position));
                break;
            case StepKind.Erase:
                Assert.Equal(model.Erase(step.Keys[0].Conversation), await store.EraseAsync(agent, step.Keys[0].Conversation));
                break;
            default:
                model.ReportRead(model.Last);
                await store.ReportReadAsync(agent, "trainer", model.Last);
                break;
        }
    }

    private static async Task AssertSameAsync(string agent, IReplayStore store, ReplayModel model)
    {
        var entries = await store.ReadAsync(agent, 0, 1000);
        Assert.Equal(
            model.Entries,
            entries.Select(entry => entry.Row is { } row
                ? (entry.Position, row.Key.Conversation, row.Key.Turn, row.Key.Revision)
                : (entry.Position, entry.ErasedConversation!, -1, -1)));
        Assert.Equal(
            new ReplayStatistics
            {
                Rows = model.Rows,
                Episodes = model.Episodes,
                LastPosition = model.Last,
                Inserted = model.Inserted,
                Evicted = model.Evicted,
            },
            await store.GetStatisticsAsync(agent));
    }
}
