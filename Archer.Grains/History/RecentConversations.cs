using System.Collections.Immutable;
using System.Globalization;
using Archer.Client;
using Archer.Client.Conversations;

namespace Archer.Grains.History;

/// <summary>
/// The newest conversations of an agent, in the order in which they became known; each has a place that never changes, so that pages hold while it grows.
/// Live and simulated ones are counted apart: programs, which are quick, push no user's conversation off the list.
/// </summary>
internal sealed class RecentConversations
{
    /// <summary>Conversations that are remembered, of live users as of simulated ones.</summary>
    public const int Size = 1_000;

    private readonly List<RecentConversation> _entries;
    private readonly Dictionary<string, long> _places;
    private long _next;

    public RecentConversations(ImmutableArray<RecentConversation> entries)
    {
        _entries = [.. entries];
        _places = entries.ToDictionary(entry => entry.Summary.Id, entry => entry.Place);
        _next = entries.IsEmpty ? 1 : entries[^1].Place + 1;
    }

    public ImmutableArray<RecentConversation> ToImmutable() => [.. _entries];

    public RecentConversation? Find(string conversation) =>
        _places.TryGetValue(conversation, out var place) ? _entries[IndexOf(place)] : null;

    /// <summary>Adds a conversation, or replaces what was known of it.</summary>
    public void Put(ConversationSummary summary)
    {
        if (_places.TryGetValue(summary.Id, out var place))
        {
            var index = IndexOf(place);
            _entries[index] = _entries[index] with { Summary = summary };
            return;
        }

        _places[summary.Id] = _next;
        _entries.Add(new RecentConversation { Place = _next++, Summary = summary });
        if (_entries.Count(entry => entry.Summary.Simulated == summary.Simulated) > Size)
        {
            Remove(OldestOf(summary.Simulated)!.Summary.Id);
        }
    }

    /// <summary>Whether one that started then has a place among those that are remembered: an old one that comes back to memory has none.</summary>
    public bool Reaches(ConversationSummary summary) =>
        _entries.Count(entry => entry.Summary.Simulated == summary.Simulated) < Size || summary.StartedAt >= OldestOf(summary.Simulated)!.Summary.StartedAt;

    public void CountReplays(string conversation, int times)
    {
        if (_places.TryGetValue(conversation, out var place))
        {
            var index = IndexOf(place);
            _entries[index] = _entries[index] with { Replays = _entries[index].Replays + times };
        }
    }

    public bool Remove(string conversation)
    {
        if (!_places.Remove(conversation, out var place))
        {
            return false;
        }

        _entries.RemoveAt(IndexOf(place));
        return true;
    }

    /// <summary>Removes what a condition holds for.</summary>
    /// <returns>Conversations removed.</returns>
    public int RemoveAll(Predicate<ConversationSummary> condition) => _entries.RemoveAll(entry =>
    {
        var removed = condition(entry.Summary);
        if (removed)
        {
            _places.Remove(entry.Summary.Id);
        }

        return removed;
    });

    /// <summary>A page, newest first.</summary>
    /// <exception cref="InvalidRequestException">The cursor is none of ours.</exception>
    public ConversationPage List(ConversationQuery query)
    {
        var before = query.Before is null ? long.MaxValue : ParseCursor(query.Before);
        List<RecentConversation> page = [.. _entries.AsEnumerable().Reverse()
            .Where(entry => entry.Place < before && IsAskedFor(entry.Summary, query))
            .Take(query.Limit + 1)];
        var more = page.Count > query.Limit;
        return new ConversationPage
        {
            Conversations = [.. page.Take(query.Limit).Select(entry => entry.Summary)],
            Before = more ? page[query.Limit - 1].Place.ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    private static bool IsAskedFor(ConversationSummary summary, ConversationQuery query) =>
        (query.Status is null || summary.Status == query.Status) && (query.Simulated is null || summary.Simulated == query.Simulated);

    private RecentConversation? OldestOf(bool simulated) => _entries.Find(entry => entry.Summary.Simulated == simulated);

    private int IndexOf(long place) =>
        _entries.BinarySearch(new RecentConversation { Place = place, Summary = null! }, PlaceOrder.Instance);

    private static long ParseCursor(string before) =>
        long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? place
            : throw new InvalidRequestException("before: expected the cursor of an earlier page");

    private sealed class PlaceOrder : IComparer<RecentConversation>
    {
        public static PlaceOrder Instance { get; } = new();

        public int Compare(RecentConversation? x, RecentConversation? y) => x!.Place.CompareTo(y!.Place);
    }
}
