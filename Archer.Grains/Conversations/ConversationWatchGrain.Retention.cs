using System.Collections.Immutable;

namespace Archer.Grains.Conversations;

/// <content>What must not expire yet.</content>
internal sealed partial class ConversationWatchGrain
{
    public Task<ImmutableArray<string>> FindAsync(ImmutableArray<string> conversations) =>
        Task.FromResult<ImmutableArray<string>>(
            [.. conversations.Where(conversation => _list.Contains(conversation) || _durable.Contains(conversation))]);
}
