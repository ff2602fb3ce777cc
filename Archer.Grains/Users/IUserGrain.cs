using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Users;
using Orleans.Concurrency;

namespace Archer.Grains.Users;

/// <summary>
/// Remembers, durably, which conversations a user has had, so that they can be erased together: on pages, so that a start costs the same however
/// many there are. Its key is <see cref="UserKey.Of"/>, so that no name is stored. Conversations without a user and simulated ones are not remembered.
/// </summary>
[Alias("archer.user-grain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>A conversation of the user is about to start; durable when it returns.</summary>
    /// <exception cref="StorageUnavailableException">It could not be written; the conversation must not start.</exception>
    [AlwaysInterleave]
    Task AddAsync(string conversation, string agent);

    /// <summary>Erases every conversation of the user. Sent again, also after a crash, it goes on where it was and answers the same.</summary>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<UserErasure> EraseAsync(CancellationToken cancellationToken = default);

    /// <summary>These conversations have expired: the list does not name them any more.</summary>
    [AlwaysInterleave]
    Task ForgetAsync(ImmutableArray<string> conversations);
}
