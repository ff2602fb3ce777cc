using Archer.Client;
using Archer.Grains.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Conversations;

/// <content>
/// A conversation that has expired. Its state goes without this activation, which may still be in memory: what it holds is not shown any more.
/// </content>
internal sealed partial class ConversationGrain
{
    private bool HasExpired => _current.FindEnd() is { } end
        && ServiceProvider.GetRequiredService<IOptions<RetentionOptions>>().Value.HasExpired(end.Kind, end.At, time.GetUtcNow());

    private void RequireKept()
    {
        if (HasExpired)
        {
            DeactivateOnIdle();
            throw new ConversationNotFoundException($"There is no conversation {Id} any more: it ended at {_current.End?.At:O} and has expired.");
        }
    }

    /// <summary>The next activation reads what is stored: nothing, once the expired state is gone.</summary>
    private void RefuseStartWhileExpiring()
    {
        if (HasExpired)
        {
            DeactivateOnIdle();
            throw new StorageUnavailableException(
                $"Conversation {Id} has expired and is being removed: send the same request again.", options.Value.StorageRetryAfter);
        }
    }
}
