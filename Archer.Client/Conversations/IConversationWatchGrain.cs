using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Archer.Client.Conversations;

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

    /// <summary>A silo has started, or one is gone and what it held is nowhere in memory: every conversation is looked at soon.</summary>
    /// <returns>Number of conversations on the list.</returns>
    Task<int> LookAsync();
}
