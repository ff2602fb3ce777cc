using Archer.Client.Conversations;
using Archer.Grains.Agents;
using Archer.Grains.History;

namespace Archer.Grains.Conversations;

/// <content>
/// Erasing: that it has begun is written first, together with what the answer will need and without the text; the answer is written last. Every step
/// in between may be done again, by a repeated call or by the watch after a crash.
/// </content>
internal sealed partial class ConversationGrain
{
    public async Task<ConversationErasure> EraseAsync(CancellationToken cancellationToken)
    {
        if (_current.Erasure is { } done)
        {
            return done;
        }

        if (_current.Erasing is null)
        {
            RequireStarted();
            var (positions, last) = await LocateAsync(cancellationToken);
            await CommitWatchedAsync(current => _outbox.Settle(current).Locate(positions, last).BeginErasure(_isDelivered));
        }

        return await FinishErasureAsync(_current.Erasing!, cancellationToken);
    }

    private async Task<ConversationErasure> FinishErasureAsync(PendingErasure pending, CancellationToken cancellationToken)
    {
        var agent = GrainFactory.GetGrain<IAgentGrain>(pending.Agent);
        var removed = await replay.EraseAsync(pending.Agent, Id, cancellationToken);
        var trained = pending.TrainedOn(removed);
        var erasure = new ConversationErasure
        {
            Conversation = Id,
            Turns = pending.Turns,
            ReplayRows = removed.Rows,
            TrainedVersions = trained is { } range ? await agent.FindVersionsTrainedOnAsync(range.First, range.Last) : [],
        };
        await GrainFactory.GetGrain<IAgentHistoryGrain>(pending.Agent).ForgetAsync(Id);
        await cleaning.CleanAsync(cancellationToken);
        await CommitAsync(_ => new ConversationState { Erasure = erasure, LastActivityAt = time.GetUtcNow() });
        await Watch.RemoveAsync(Id);
        if (pending.WasOpen || pending.Turns > 0)
        {
            // Without it simulated users would wait for a learner that waits for them.
            agents.Find(pending.Agent).Release(
                new AdmissionRequest { Conversation = Id, Simulated = pending.Simulated, Split = pending.Split, WholeAt = trained?.First });
        }

        return erasure;
    }

    /// <summary>Where the store has rows whose acknowledgement did not come: they may be on their way.</summary>
    private async Task<(IReadOnlyDictionary<int, long> Positions, long Last)> LocateAsync(CancellationToken cancellationToken)
    {
        if (_outbox.IsDrained(_current))
        {
            return (new Dictionary<int, long>(), 0);
        }

        var entries = await replay.ReadConversationAsync(_current.Request!.Agent, Id, cancellationToken);
        var positions = entries.ToDictionary(entry => entry.Row!.Key.Turn, entry => entry.Row!.Key.Revision == 0 ? entry.Position : 0);
        return (positions, entries.Select(entry => entry.Position).DefaultIfEmpty().Max());
    }
}
