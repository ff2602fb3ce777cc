using System.Collections.Immutable;

namespace Archer.Client.Health;

/// <summary>What a silo depends on. Answer of <c>GET /health/dependencies</c>, always with status 200.</summary>
public sealed record DependencyReport
{
    /// <summary>When they were asked.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Redis, where the silo uses it, the agents' grains and the policy server, by name.</summary>
    public required ImmutableArray<DependencyView> Dependencies { get; init; }
}

/// <summary>One dependency of a silo.</summary>
public sealed record DependencyView
{
    /// <summary><c>agent_grains</c>, <c>policy_server</c> or <c>redis</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it answered.</summary>
    public required DependencyStatus Status { get; init; }

    /// <summary>Time until it answered or was given up, in seconds.</summary>
    public required double LatencySeconds { get; init; }

    /// <summary>Why it is down; null while it is up.</summary>
    public string? Reason { get; init; }
}

/// <summary>Whether a dependency answers.</summary>
public enum DependencyStatus
{
    /// <summary>It answered.</summary>
    Up,

    /// <summary>It failed, or did not answer in time.</summary>
    Down,
}
