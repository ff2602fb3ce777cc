using System.Collections.Immutable;

namespace Archer.Policy.Serving.Wire;

/// <summary>Reply of <c>GET /v1/models</c>.</summary>
public sealed record ModelList
{
    /// <summary><c>list</c>.</summary>
    public string Object { get; init; } = "list";

    /// <summary>Every agent, and every resident version as <c>agent@version</c>.</summary>
    public required ImmutableArray<ModelCard> Data { get; init; }
}

/// <summary>One model of <see cref="ModelList"/>.</summary>
public sealed record ModelCard
{
    /// <summary><c>agent</c> or <c>agent@version</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>model</c>.</summary>
    public string Object { get; init; } = "model";

    /// <summary>When it was loaded (of an agent: the newest load), seconds since 1970; 0 when it is not in memory.</summary>
    public required long Created { get; init; }

    /// <summary><c>archer</c>.</summary>
    public string OwnedBy { get; init; } = "archer";
}

/// <summary>Reply of <c>GET /v1/policies/{agent}</c> and of the load of a version. Which version serves is the agent's to tell: <c>GET /v1/agents/{name}</c> of a silo.</summary>
public sealed record AgentPolicies
{
    /// <summary>The agent.</summary>
    public required string Agent { get; init; }

    /// <summary>Versions that are there to be loaded, newest first.</summary>
    public required ImmutableArray<string> Available { get; init; }

    /// <summary>Versions in memory, by name.</summary>
    public required ImmutableArray<ResidentVersion> Resident { get; init; }
}

/// <summary>A version in memory.</summary>
public sealed record ResidentVersion
{
    /// <summary>Its name.</summary>
    public required string Version { get; init; }

    /// <summary>Whether replies carry a value.</summary>
    public required bool HasCritic { get; init; }

    /// <summary>V, the size of its vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Most tokens of a conversation.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>When it was loaded.</summary>
    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>Requests that use it now.</summary>
    public required int InUse { get; init; }
}
