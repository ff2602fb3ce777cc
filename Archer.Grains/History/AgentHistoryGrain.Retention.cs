using Archer.Client.Conversations;
using Archer.Grains.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Archer.Grains.History;

/// <content>Conversations that have expired leave the list.</content>
internal sealed partial class AgentHistoryGrain
{
    private void DropExpired()
    {
        var retention = ServiceProvider.GetRequiredService<IOptions<RetentionOptions>>().Value;
        var now = time.GetUtcNow();
        _dirty |= _recent.RemoveAll(conversation => HasExpired(retention, conversation, now)) > 0;
    }

    private static bool HasExpired(RetentionOptions retention, ConversationSummary conversation, DateTimeOffset now) =>
        conversation.EndedAt is { } endedAt
        && retention.HasExpired(conversation.Simulated ? RetentionKind.Simulated : RetentionKind.Real, endedAt, now);
}
