using System.Collections.Immutable;
using Archer.Client;
using Archer.Client.Users;
using Orleans.Concurrency;

namespace Archer.Grains.Users;

/// <summary>Some of a user's conversations. Its key is the user grain's, a slash and the page's number from 1 on; only the user grain calls it.</summary>
[Alias("archer.user-page-grain")]
public interface IUserPageGrain : IGrainWithStringKey
{
    /// <summary>A conversation of the user is about to start; durable when it returns.</summary>
    /// <returns>False when the page is full and the conversation is not on it.</returns>
    /// <exception cref="StorageUnavailableException">It could not be written.</exception>
    [AlwaysInterleave]
    Task<bool> AddAsync(string conversation, string agent);

    /// <summary>Erases every conversation of the page. Sent again, also after a crash, it goes on where it was and answers the same.</summary>
    /// <returns>What was erased over all calls.</returns>
    [ResponseTimeout(CallTimeouts.Generation)]
    Task<UserErasure> EraseAsync(CancellationToken cancellationToken = default);

    /// <summary>These conversations have expired: the list does not name them any more.</summary>
    [AlwaysInterleave]
    Task ForgetAsync(ImmutableArray<string> conversations);
}
