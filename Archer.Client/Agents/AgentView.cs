using System.Collections.Immutable;

namespace Archer.Client.Agents;

/// <summary>An agent and the policy versions that it serves.</summary>
[GenerateSerializer, Immutable, Alias("archer.agent-view")]
public sealed record AgentView
{
    /// <summary>The agent's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Version that serves.</summary>
    [Id(1)]
    public required string Current { get; init; }

    /// <summary>Version that served before; null when there was none. A rollback goes back to it.</summary>
    [Id(2)]
    public string? Previous { get; init; }

    /// <summary>The canary: a version that serves a share of the conversations; null when there is none.</summary>
    [Id(3)]
    public string? Candidate { get; init; }

    /// <summary>Share of conversations that the candidate answers, in [0, 1], decided by a hash of the conversation's id.</summary>
    [Id(4)]
    public required double CanaryShare { get; init; }

    /// <summary>Announced versions, oldest first.</summary>
    [Id(5)]
    public required ImmutableArray<VersionView> Versions { get; init; }

    /// <summary>The agent's configuration.</summary>
    [Id(6)]
    public required AgentDefinition Definition { get; init; }

    /// <summary>Set while what serves took the place of a version that could not answer; the next change of version ends that.</summary>
    [Id(7)]
    public VersionFallback? Fallback { get; init; }
}

/// <summary>A policy version that was announced.</summary>
[GenerateSerializer, Immutable, Alias("archer.version-view")]
public sealed record VersionView
{
    /// <summary>Its name.</summary>
    [Id(0)]
    public required string Version { get; init; }

    /// <summary>Learner step that it was made at; 0 for a base checkpoint.</summary>
    [Id(1)]
    public required long Step { get; init; }

    /// <summary>First replay position it was trained on, ancestors included; 0 when it was trained on none.</summary>
    [Id(2)]
    public required long FirstPosition { get; init; }

    /// <summary>Last replay position it was trained on; 0 when it was trained on none.</summary>
    [Id(3)]
    public required long LastPosition { get; init; }

    /// <summary>When it was announced.</summary>
    [Id(4)]
    public required DateTimeOffset AnnouncedAt { get; init; }

    /// <summary>
    /// Whether the policy server has its files: trainers keep the newest only. Told by reads; null when the policy server did not say, and in the
    /// answers to commands.
    /// </summary>
    [Id(5)]
    public bool? Servable { get; init; }

    /// <summary>Epoch of the trainer that announced it; 0 when that had none.</summary>
    [Id(6)]
    public long Epoch { get; init; }
}

/// <summary>Answer of <c>GET /v1/agents</c>.</summary>
public sealed record AgentList
{
    /// <summary>The agents, by name.</summary>
    public required ImmutableArray<AgentView> Agents { get; init; }
}
