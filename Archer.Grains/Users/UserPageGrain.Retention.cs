using System.Collections.Immutable;

namespace Archer.Grains.Users;

/// <content>Conversations that have expired.</content>
internal sealed partial class UserPageGrain
{
    /// <summary>Longer than any start takes: a name under which nobody is found after that is of one that has expired.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromHours(1);

    public async Task ForgetAsync(ImmutableArray<string> conversations)
    {
        var known = conversations.Count(_conversations.Remove);
        if (known > 0)
        {
            await _writer!.WriteAsync();
        }
    }

    private bool MayStillStart(UserConversation conversation) => time.GetUtcNow() - conversation.AddedAt < StartTimeout;
}
