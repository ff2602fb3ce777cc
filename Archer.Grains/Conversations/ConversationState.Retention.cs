using Archer.Grains.Retention;
using Archer.Grains.Users;

namespace Archer.Grains.Conversations;

/// <content>When it is of no more use.</content>
internal sealed partial record ConversationState : IEndingState
{
    /// <inheritdoc/>
    public StateEnd? FindEnd()
    {
        if (Erasure is not null)
        {
            return new StateEnd(RetentionKind.Erased, LastActivityAt, Owner: null);
        }

        if (End is not { } end || Request is not { } request || Erasing is not null)
        {
            return null;
        }

        return request.Simulated
            ? new StateEnd(RetentionKind.Simulated, end.At, Owner: null)
            : new StateEnd(RetentionKind.Real, end.At, request.User.Length == 0 ? null : UserKey.Of(request.Tenant, request.User));
    }
}
