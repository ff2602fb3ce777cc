using System.Collections.Immutable;
using Archer.Grains.Replay;
using Archer.Replay;

namespace Archer.Grains.Conversations;

/// <summary>
/// What this activation knows about its outbox beyond the durable state: which entries are acknowledged and which are on their way.
/// Forgetting it (a crash) is harmless: everything is sent again and the store drops what it has.
/// </summary>
internal sealed class ConversationOutbox(TimeProvider time)
{
    private readonly Dictionary<int, int> _acknowledged = [];
    private readonly Dictionary<int, long> _positions = [];
    private long _lastPosition;
    private readonly Dictionary<int, (int Revision, long At)> _sent = [];

    /// <summary>The state without the acknowledged entries, which have positions now: goes into the next write, so that no write is made for it alone.</summary>
    public ConversationState Settle(ConversationState state)
    {
        if (!state.Outbox.Any(IsAcknowledged))
        {
            return state;
        }

        return state.Locate(_positions, _lastPosition) with { Outbox = [.. state.Outbox.Where(entry => !IsAcknowledged(entry))] };
    }

    public bool IsDrained(ConversationState state) => state.Outbox.All(IsAcknowledged);

    public void Acknowledge(ImmutableArray<ReplayRow> rows, ImmutableArray<long> positions)
    {
        foreach (var (row, position) in rows.Zip(positions))
        {
            if (position == BatchAcknowledgement.NotWritten)
            {
                continue;
            }

            var key = row.Key;
            _acknowledged[key.Turn] = Math.Max(key.Revision, _acknowledged.GetValueOrDefault(key.Turn));

            // Of a later revision it is not known where the first one was.
            _positions.TryAdd(key.Turn, key.Revision == 0 ? position : 0);
            _lastPosition = Math.Max(_lastPosition, position);
        }
    }

    /// <summary>Everything has arrived, at positions that are not known.</summary>
    public void AcknowledgeAll(ConversationState state)
    {
        foreach (var entry in state.Outbox)
        {
            _acknowledged[entry.Turn] = Math.Max(entry.Revision, _acknowledged.GetValueOrDefault(entry.Turn));
        }
    }

    /// <summary>What nobody has acknowledged and what was not sent within <paramref name="resendAfter"/>; null when there is nothing.</summary>
    public ConversationTransitions? TakeDue(ConversationState state, TimeSpan resendAfter)
    {
        var entries = state.Outbox.Where(entry => !IsAcknowledged(entry) && !IsOnItsWay(entry, resendAfter)).OrderBy(entry => entry.Turn).ToList();
        if (entries.Count == 0)
        {
            return null;
        }

        foreach (var entry in entries)
        {
            _sent[entry.Turn] = (entry.Revision, time.GetTimestamp());
        }

        return new ConversationTransitions
        {
            Agent = state.Request!.Agent,
            Conversation = state.Id,
            Rows = [.. entries.Select(entry => state.ToRow(entry.Turn))],
        };
    }

    /// <summary>Rows that did not reach the stream are free to be sent again.</summary>
    public void Return(ImmutableArray<ReplayRow> rows)
    {
        foreach (var row in rows)
        {
            _sent.Remove(row.Key.Turn);
        }
    }

    private bool IsAcknowledged(OutboxEntry entry) =>
        _acknowledged.TryGetValue(entry.Turn, out var revision) && revision >= entry.Revision;

    private bool IsOnItsWay(OutboxEntry entry, TimeSpan resendAfter) =>
        _sent.TryGetValue(entry.Turn, out var sent) && sent.Revision >= entry.Revision && time.GetElapsedTime(sent.At) < resendAfter;
}
