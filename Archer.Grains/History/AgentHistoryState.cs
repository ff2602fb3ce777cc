using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.History;

namespace Archer.Grains.History;

/// <summary>An agent's history as it is kept: written every few seconds.</summary>
[GenerateSerializer, Immutable, Alias("archer.agent-history-state")]
internal sealed record AgentHistoryState
{
    [Id(0)]
    public ImmutableArray<RecentConversation> Recent { get; init; } = [];

    /// <summary>Conversations that the episode points stand for.</summary>
    [Id(1)]
    public long Conversations { get; init; }

    [Id(2)]
    public ImmutableArray<EpisodePoint> Episodes { get; init; } = [];

    [Id(3)]
    public ImmutableArray<LearnerPoint> Learner { get; init; } = [];

    [Id(4)]
    public ImmutableArray<LoadPoint> Load { get; init; } = [];

    [Id(5)]
    public ImmutableArray<ServedVersion> Versions { get; init; } = [];

    [Id(6)]
    public ImmutableArray<CalibrationPair> Calibration { get; init; } = [];

    [Id(7)]
    public double? Discount { get; init; }

    [Id(8)]
    public double? Lambda { get; init; }

    /// <summary>Learner step of the last iteration that was counted.</summary>
    [Id(9)]
    public long LearnerStep { get; init; }

    /// <summary>A learner has told what it replays.</summary>
    [Id(10)]
    public bool ReplaysKnown { get; init; }

    /// <summary>Run of the learner that reported last.</summary>
    [Id(11)]
    public string? LearnerRun { get; init; }
}

/// <summary>A recent conversation at its place in the list.</summary>
[GenerateSerializer, Immutable, Alias("archer.recent-conversation")]
internal sealed record RecentConversation
{
    [Id(0)]
    public required long Place { get; init; }

    [Id(1)]
    public required ConversationSummary Summary { get; init; }

    [Id(2)]
    public long Replays { get; init; }
}

/// <summary>The critic's value of an observation and the discounted return that followed, both in units of return.</summary>
[GenerateSerializer, Immutable, Alias("archer.calibration-pair")]
internal readonly record struct CalibrationPair(
    [property: Id(0)] float Predicted,
    [property: Id(1)] float Realised);
