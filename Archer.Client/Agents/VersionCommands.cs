namespace Archer.Client.Agents;

/// <summary>
/// A trainer has written a version's directory. Body of <c>POST /v1/agents/{name}/versions</c>: the policy server loads it, then the
/// agent's pointer moves. When it cannot be loaded the answer is 422 and nothing changes. Announcing again changes nothing.
/// </summary>
[GenerateSerializer, Immutable, Alias("archer.announce-version")]
public sealed record AnnounceVersion
{
    /// <summary>Name of the version, never used before.</summary>
    [Id(0)]
    public required string Version { get; init; }

    /// <summary>Learner step that it was made at. Default 0.</summary>
    [Id(1)]
    public long Step { get; init; }

    /// <summary>First replay position it was trained on, ancestors included; 0 when it was trained on none.</summary>
    [Id(2)]
    public long FirstPosition { get; init; }

    /// <summary>Last replay position it was trained on; 0 when it was trained on none.</summary>
    [Id(3)]
    public long LastPosition { get; init; }

    /// <summary>Serve it at once to everybody (true, default), or only list it until somebody serves it.</summary>
    [Id(4)]
    public bool Serve { get; init; } = true;

    /// <summary>Epoch that the agent gave this trainer (<see cref="TrainerEpoch"/>). Default 0, which holds until a trainer has started.</summary>
    [Id(5)]
    public long Epoch { get; init; }
}

/// <summary>Chooses what serves. Body of <c>POST /v1/agents/{name}/serve</c>; at least one of the two versions is given.</summary>
[GenerateSerializer, Immutable, Alias("archer.serve-version")]
public sealed record ServeVersion
{
    /// <summary>Version to serve; null leaves the current one.</summary>
    [Id(0)]
    public string? Version { get; init; }

    /// <summary>Version to try on a share of conversations; null ends the canary.</summary>
    [Id(1)]
    public string? Candidate { get; init; }

    /// <summary>Share of conversations that the candidate answers, in [0, 1]. Default 0.</summary>
    [Id(2)]
    public double CanaryShare { get; init; }
}
