using System.Text.Json.Serialization;

namespace Archer.Client.Agents;

/// <summary>Numbers of one agent. Answer of <c>GET /v1/agents/{name}/metrics</c>; hold-out conversations count in none but turns per second.</summary>
[GenerateSerializer, Immutable, Alias("archer.agent-metrics")]
public sealed record AgentMetrics
{
    /// <summary>The agent's name.</summary>
    [Id(0)]
    public required string Agent { get; init; }

    /// <summary>Conversations that ended with at least one turn.</summary>
    [Id(1)]
    public required long Conversations { get; init; }

    /// <summary>Mean undiscounted return of the last 200 of them; null before the first.</summary>
    [Id(2)]
    [JsonPropertyName("mean_return_last_200")]
    public double? MeanReturnLast200 { get; init; }

    /// <summary>Version that serves.</summary>
    [Id(3)]
    public required string PolicyVersion { get; init; }

    /// <summary>Turns committed per second, over the last ten seconds.</summary>
    [Id(4)]
    public required double TurnsPerSecond { get; init; }

    /// <summary>Rows in the replay buffer.</summary>
    [Id(5)]
    public required long ReplayRows { get; init; }

    /// <summary>Critic loss as the learner reported it last; null before.</summary>
    [Id(6)]
    public double? CriticLoss { get; init; }

    /// <summary>Actor loss as the learner reported it last; null before.</summary>
    [Id(7)]
    public double? ActorLoss { get; init; }

    /// <summary>Learner iterations done; 0 before the first.</summary>
    [Id(8)]
    public required long LearnerStep { get; init; }

    /// <summary>Episodes that the learner has consumed; 0 before the first.</summary>
    [Id(9)]
    public required long EpisodesConsumed { get; init; }

    /// <summary>Training conversations started and not yet consumed.</summary>
    [Id(10)]
    public required long LearnerLag { get; init; }

    /// <summary>Simulated starts that wait for the learner.</summary>
    [Id(11)]
    public required int Waiting { get; init; }

    /// <summary>Samples drawn per row inserted, as the learner reported it last; null before.</summary>
    [Id(12)]
    public double? SamplesPerInsert { get; init; }

    /// <summary>Version whose place <see cref="PolicyVersion"/> took because its files are damaged or gone; null otherwise.</summary>
    [Id(13)]
    public string? FallbackFrom { get; init; }
}
