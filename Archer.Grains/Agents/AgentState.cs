using System.Collections.Immutable;
using Archer.Client.Agents;

namespace Archer.Grains.Agents;

/// <summary>Which versions exist and which of them serve: written at every change, before it takes effect.</summary>
[GenerateSerializer, Immutable, Alias("archer.agent-state")]
internal sealed record AgentState
{
    /// <summary>Null before the first change: the agent's initial version serves.</summary>
    [Id(0)]
    public string? Current { get; init; }

    [Id(1)]
    public string? Previous { get; init; }

    [Id(2)]
    public string? Candidate { get; init; }

    [Id(3)]
    public double CanaryShare { get; init; }

    [Id(4)]
    public ImmutableArray<VersionView> Versions { get; init; } = [];

    /// <summary>Why <see cref="Current"/> serves, when nobody chose it.</summary>
    [Id(5)]
    public VersionFallback? Fallback { get; init; }

    /// <summary>Fencing epoch of the trainer that started last; 0 before the first.</summary>
    [Id(6)]
    public long TrainerEpoch { get; init; }

    /// <summary>Its run.</summary>
    [Id(7)]
    public string? TrainerRun { get; init; }

    /// <summary>Number of the change: silos that hold an older one are out of date.</summary>
    [Id(8)]
    public long Revision { get; init; }
}

/// <summary>Numbers that a restart keeps: written about once a second, so that a crash may lose the last second of them.</summary>
[GenerateSerializer, Immutable, Alias("archer.agent-statistics")]
internal sealed record AgentStatistics
{
    /// <summary>Training conversations that ended with at least one turn.</summary>
    [Id(0)]
    public long Conversations { get; init; }

    /// <summary>The last of them, oldest first.</summary>
    [Id(1)]
    public ImmutableArray<EpisodeReturn> Window { get; init; } = [];

    [Id(2)]
    public LearnerReport? Learner { get; init; }

    /// <summary>When it came.</summary>
    [Id(3)]
    public DateTimeOffset LearnerAt { get; init; }
}

/// <summary>Return of one conversation.</summary>
[GenerateSerializer, Immutable, Alias("archer.episode-return")]
internal readonly record struct EpisodeReturn(
    [property: Id(0)] string Conversation,
    [property: Id(1)] double Return);
