using System.Collections.Immutable;

namespace Archer.Grains.Users;

/// <content>Conversations that have expired.</content>
internal sealed partial class UserGrain
{
    public Task ForgetAsync(ImmutableArray<string> conversations) =>
        Task.WhenAll(Enumerable.Range(1, _pages).Select(number => Page(number).ForgetAsync(conversations)));
}
