using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Archer.Grains.Conversations;

/// <summary>
/// Remembers, durably, which conversations still need looking after (they are open, or have transitions that nobody acknowledged), so that
/// a conversation that nobody touches again is still ended and drained, also after a crash. Its key is a shard's number.
/// </summary>
[Alias("archer.conversation-watch-grain")]
public interface IConversationWatchGrain : IGrainWithStringKey
{
    /// <summary>Looks after a conversation from now on; durable when it returns, and cheap when it is on the list already.</summary>
    /// <returns>Whether it was not on the list.</returns>
    Task<bool> AddAsync(string conversation, DateTimeOffset checkAt);

    /// <summary>The conversation needs nothing any more.</summary>
    [OneWay]
    Task RemoveAsync(string conversation);

    /// <summary>Which of some conversations are on the list.</summary>
    [AlwaysInterleave]
    Task<ImmutableArray<string>> FindAsync(ImmutableArray<string> conversations);

    /// <summary>
    /// A conversation on the list may owe something that it cannot send any more, because its activation ended first: it is looked at soon.
    /// One that is not on the list owes nothing.
    /// </summary>
    [OneWay]
    Task LookAtAsync(string conversation);

    /// <summary>
    /// Keeps the watch awake: one that was not looks at every conversation. So does one that hears for the first time of a silo that is gone, because what
    /// that silo held is nowhere in memory.
    /// </summary>
    /// <param name="gone">The silo that is gone; null when one has started.</param>
    /// <returns>Number of conversations on the list.</returns>
    Task<int> LookAsync(string? gone);
}
