using System.Collections.Immutable;

namespace Archer.Client.Conversations;

/// <summary>Which of an agent's recent conversations to list. Query of <c>GET /v1/agents/{name}/conversations</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.conversation-query")]
public sealed record ConversationQuery
{
    /// <summary>Most conversations of one page.</summary>
    public const int LargestLimit = 200;

    /// <summary>Most conversations of the page, in [1, 200]. Default 50.</summary>
    [Id(0)]
    public int Limit { get; init; } = 50;

    /// <summary><see cref="ConversationPage.Before"/> of the page before; null begins with the newest.</summary>
    [Id(1)]
    public string? Before { get; init; }

    /// <summary>Only open or only ended ones; null lists both.</summary>
    [Id(2)]
    public ConversationStatus? Status { get; init; }

    /// <summary>Only simulated ones, or only those of live users; null lists both.</summary>
    [Id(3)]
    public bool? Simulated { get; init; }
}

/// <summary>Recent conversations, newest first. Answer of <c>GET /v1/agents/{name}/conversations</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.conversation-page")]
public sealed record ConversationPage
{
    /// <summary>The conversations, newest start first. An agent remembers its newest 1,000 of live users and 1,000 of simulated ones.</summary>
    [Id(0)]
    public required ImmutableArray<ConversationSummary> Conversations { get; init; }

    /// <summary>Cursor of the next, older page, to be sent back as it is; null when this was the last.</summary>
    [Id(1)]
    public string? Before { get; init; }
}
