using System.Collections.Immutable;

namespace Archer.Client.Users;

/// <summary>What the erasure of a user has removed, over all calls. Answer of <c>DELETE /v1/users/{user}</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.user-erasure")]
public sealed record UserErasure
{
    /// <summary>Conversations erased; 0 when there were none.</summary>
    [Id(0)]
    public int Conversations { get; init; }

    /// <summary>Turns removed from their states.</summary>
    [Id(1)]
    public int Turns { get; init; }

    /// <summary>Rows removed from the replay buffers.</summary>
    [Id(2)]
    public int ReplayRows { get; init; }

    /// <summary>Policy versions that were trained on one of them, by agent: erase or retrain them.</summary>
    [Id(3)]
    public ImmutableArray<TrainedAgent> Trained { get; init; } = [];
}

/// <summary>Versions of one agent.</summary>
[GenerateSerializer, Immutable, Alias("archer.trained-agent")]
public sealed record TrainedAgent
{
    /// <summary>The agent's name.</summary>
    [Id(0)]
    public required string Agent { get; init; }

    /// <summary>Its versions, oldest first.</summary>
    [Id(1)]
    public required ImmutableArray<string> Versions { get; init; }
}
