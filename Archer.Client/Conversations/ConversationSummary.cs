using System.Collections.Immutable;

namespace Archer.Client.Conversations;

/// <summary>One line in the list of an agent's recent conversations.</summary>
[GenerateSerializer, Immutable, Alias("archer.conversation-summary")]
public sealed record ConversationSummary
{
    /// <summary>The conversation's id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Open or ended.</summary>
    [Id(1)]
    public required ConversationStatus Status { get; init; }

    /// <summary>When it started.</summary>
    [Id(2)]
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while open.</summary>
    [Id(3)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended; null while open.</summary>
    [Id(4)]
    public ConversationOutcome? Outcome { get; init; }

    /// <summary>What ended it; null while open.</summary>
    [Id(5)]
    public EndReason? EndReason { get; init; }

    /// <summary>Undiscounted sum of the rewards known at its end, in the task's units; null while open.</summary>
    [Id(6)]
    public double? Return { get; init; }

    /// <summary>Number of turns; null while open.</summary>
    [Id(7)]
    public int? Turns { get; init; }

    /// <summary>Policy versions that spoke, in order of their first utterance; empty while open.</summary>
    [Id(8)]
    public ImmutableArray<string> PolicyVersions { get; init; } = [];

    /// <summary>The user is a program.</summary>
    [Id(9)]
    public required bool Simulated { get; init; }

    /// <summary>Train or hold-out.</summary>
    [Id(10)]
    public required ReplaySplit Split { get; init; }
}
