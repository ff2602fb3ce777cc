using System.Collections.Immutable;
using Archer.Client.Users;

namespace Archer.Grains.Users;

/// <summary>How many pages a user's conversations are on.</summary>
[GenerateSerializer, Immutable, Alias("archer.user-pages-state")]
internal sealed record UserPagesState
{
    [Id(0)]
    public int Pages { get; init; }
}

/// <summary>Conversations of a page that were not erased, and what was.</summary>
[GenerateSerializer, Immutable, Alias("archer.user-state")]
internal sealed record UserState
{
    [Id(0)]
    public ImmutableArray<UserConversation> Conversations { get; init; } = [];

    [Id(1)]
    public UserErasure Erased { get; init; } = new();
}

/// <summary>One conversation of a user.</summary>
[GenerateSerializer, Immutable, Alias("archer.user-conversation")]
internal readonly record struct UserConversation(
    [property: Id(0)] string Id,
    [property: Id(1)] string Agent,
    [property: Id(2)] DateTimeOffset AddedAt);
