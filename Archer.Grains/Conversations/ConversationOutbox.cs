using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.Replay;

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

    public void Acknowledge(ImmutableArray<ReplayKey> keys, ImmutableArray<long> positions)
    {
        foreach (var (key, position) in keys.Zip(positions))
        {
            _acknowledged[key.Turn] = Math.Max(key.Revision, _acknowledged.GetValueOrDefault(key.Turn));

            // Of a later revision it is not known where the first one was.
            _positions.TryAdd(key.Turn, key.Revision == 0 ? position : 0);
            _lastPosition = Math.Max(_lastPosition, position);
        }
    }

    /// <summary>Batch of what nobody has acknowledged and what was not sent within <paramref name="resendAfter"/>; null when there is nothing.</summary>
    public TransitionBatch? TakeBatch(ConversationState state, TimeSpan resendAfter)
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

        return new TransitionBatch
        {
            Agent = state.Request!.Agent,
            Conversation = state.Id,
            Rows = [.. entries.Select(entry => state.ToRow(entry.Turn))],
        };
    }

    /// <summary>A batch did not reach the stream: its rows are free to be sent again.</summary>
    public void Return(TransitionBatch batch)
    {
        foreach (var row in batch.Rows)
        {
            _sent.Remove(row.Key.Turn);
        }
    }

    private bool IsAcknowledged(OutboxEntry entry) =>
        _acknowledged.TryGetValue(entry.Turn, out var revision) && revision >= entry.Revision;

    private bool IsOnItsWay(OutboxEntry entry, TimeSpan resendAfter) =>
        _sent.TryGetValue(entry.Turn, out var sent) && sent.Revision >= entry.Revision && time.GetElapsedTime(sent.At) < resendAfter;
}
