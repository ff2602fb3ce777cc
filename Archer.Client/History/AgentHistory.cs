using System.Collections.Immutable;

namespace Archer.Client.History;

/// <summary>
/// How an agent has developed, each series thinned to at most 512 points: when one is full, neighbours are joined in pairs, so that every
/// point but the last stands for equally many observations. Answer of <c>GET /v1/agents/{name}/history</c>.
/// </summary>
[GenerateSerializer, Immutable, Alias("archer.agent-history")]
public sealed record AgentHistory
{
    /// <summary>The agent's name.</summary>
    [Id(0)]
    public required string Agent { get; init; }

    /// <summary>Id of the last event that this answer has in it: events after it continue where the answer ends.</summary>
    [Id(1)]
    public required string EventId { get; init; }

    /// <summary>Ended training conversations with at least one turn, in the order of their ends.</summary>
    [Id(2)]
    public required ImmutableArray<EpisodePoint> Episodes { get; init; }

    /// <summary>Learner iterations.</summary>
    [Id(3)]
    public required ImmutableArray<LearnerPoint> Learner { get; init; }

    /// <summary>Turns per second and replay rows, observed once a second while there are turns.</summary>
    [Id(4)]
    public required ImmutableArray<LoadPoint> Load { get; init; }

    /// <summary>The newest 256 moments at which a version began to serve, oldest first.</summary>
    [Id(5)]
    public required ImmutableArray<ServedVersion> Versions { get; init; }

    /// <summary>The newest 2,048 turns of terminated conversations in at most ten groups of equal size, by the predicted value.</summary>
    [Id(6)]
    public required ImmutableArray<CalibrationBin> Calibration { get; init; }

    /// <summary>γ per turn, as the learner reported it last; null before. Realised returns are discounted with it, or not at all.</summary>
    [Id(7)]
    public double? Discount { get; init; }
}

/// <summary>One or more ended conversations.</summary>
[GenerateSerializer, Immutable, Alias("archer.episode-point")]
public sealed record EpisodePoint
{
    /// <summary>Number of the first one, from 1.</summary>
    [Id(0)]
    public required long First { get; init; }

    /// <summary>Number of conversations.</summary>
    [Id(1)]
    public required long Count { get; init; }

    /// <summary>When the last of them ended.</summary>
    [Id(2)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Mean undiscounted return, in the task's units.</summary>
    [Id(3)]
    public required double Return { get; init; }

    /// <summary>Mean number of turns.</summary>
    [Id(4)]
    public required double Turns { get; init; }

    /// <summary>Policy version of the last turn of the first of them.</summary>
    [Id(5)]
    public required string Version { get; init; }

    /// <summary>What their utterances were, in the order of the task's kinds; empty when the agent has no task.</summary>
    [Id(6)]
    public ImmutableArray<UtteranceKind> Kinds { get; init; } = [];
}

/// <summary>How many utterances were of one kind, by the rules of the agent's task.</summary>
/// <param name="Kind">Name of the kind in the plural, such as <c>questions</c>.</param>
/// <param name="Count">Number of utterances.</param>
[GenerateSerializer, Immutable, Alias("archer.utterance-kind")]
public readonly record struct UtteranceKind([property: Id(0)] string Kind, [property: Id(1)] long Count);

/// <summary>One or more iterations of the learner.</summary>
[GenerateSerializer, Immutable, Alias("archer.learner-point")]
public sealed record LearnerPoint
{
    /// <summary>Iterations done after the last of them.</summary>
    [Id(0)]
    public required long Step { get; init; }

    /// <summary>Number of iterations.</summary>
    [Id(1)]
    public required long Count { get; init; }

    /// <summary>When the last was reported.</summary>
    [Id(2)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Mean critic loss; null when none took a step.</summary>
    [Id(3)]
    public double? CriticLoss { get; init; }

    /// <summary>Mean actor loss; null when none took a step.</summary>
    [Id(4)]
    public double? ActorLoss { get; init; }
}

/// <summary>One or more seconds.</summary>
[GenerateSerializer, Immutable, Alias("archer.load-point")]
public sealed record LoadPoint
{
    /// <summary>The last of them.</summary>
    [Id(0)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Number of observations.</summary>
    [Id(1)]
    public required long Count { get; init; }

    /// <summary>Mean of the turns answered per second.</summary>
    [Id(2)]
    public required double TurnsPerSecond { get; init; }

    /// <summary>Rows in the replay buffer at the end.</summary>
    [Id(3)]
    public required long ReplayRows { get; init; }
}

/// <summary>A version began to serve.</summary>
[GenerateSerializer, Immutable, Alias("archer.served-version")]
public sealed record ServedVersion
{
    /// <summary>Its name.</summary>
    [Id(0)]
    public required string Version { get; init; }

    /// <summary>The moment.</summary>
    [Id(1)]
    public required DateTimeOffset ServedAt { get; init; }

    /// <summary>Learner step that it was made at; 0 for a base checkpoint.</summary>
    [Id(2)]
    public required long Step { get; init; }

    /// <summary>Conversations of <see cref="AgentHistory.Episodes"/> that had ended by then.</summary>
    [Id(3)]
    public long Conversations { get; init; }
}

/// <summary>Turns whose predicted values are close to each other.</summary>
[GenerateSerializer, Immutable, Alias("archer.calibration-bin")]
public readonly record struct CalibrationBin
{
    /// <summary>Mean of the critic's values when the turns were acted, in units of return.</summary>
    [Id(0)]
    public required double Predicted { get; init; }

    /// <summary>Mean of the discounted returns that followed.</summary>
    [Id(1)]
    public required double Realised { get; init; }

    /// <summary>Standard deviation of those returns.</summary>
    [Id(2)]
    public required double Deviation { get; init; }

    /// <summary>Number of turns.</summary>
    [Id(3)]
    public required int Count { get; init; }
}
