using System.Collections.Immutable;

namespace Archer.Client.Conversations;

/// <summary>Which of an agent's ended conversations to read. Query of <c>GET /v1/agents/{name}/conversations/ended</c>.</summary>
public sealed record EndedConversationQuery
{
    /// <summary>Most conversations of one page.</summary>
    public const int LargestLimit = 200;

    /// <summary>Most conversations of the page, in [1, 200]. Default 50.</summary>
    public int Limit { get; init; } = 50;

    /// <summary><see cref="EndedConversationPage.Before"/> of the page before; null begins with the newest end.</summary>
    public string? Before { get; init; }

    /// <summary>Only simulated ones, or only those of live users; null reads both.</summary>
    public bool? Simulated { get; init; }

    /// <summary>Only those of one split; null reads both.</summary>
    public ReplaySplit? Split { get; init; }
}

/// <summary>
/// Ended conversations, whole, newest end first: every one that is kept, however long ago it ended. Answer of
/// <c>GET /v1/agents/{name}/conversations/ended</c>.
/// </summary>
public sealed record EndedConversationPage
{
    /// <summary>The conversations. A page may have fewer than asked for, or none, and not be the last.</summary>
    public required ImmutableArray<ConversationView> Conversations { get; init; }

    /// <summary>Cursor of the next, older page, to be sent back as it is; null when this was the last.</summary>
    public string? Before { get; init; }
}
