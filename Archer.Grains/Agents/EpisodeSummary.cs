namespace Archer.Grains.Agents;

/// <summary>What a conversation tells its agent when it has ended.</summary>
[GenerateSerializer, Immutable, Alias("archer.episode-summary")]
public sealed record EpisodeSummary
{
    /// <summary>The conversation's id.</summary>
    [Id(0)]
    public required string Conversation { get; init; }

    /// <summary>Number of turns.</summary>
    [Id(1)]
    public required int Turns { get; init; }

    /// <summary>Undiscounted sum of the rewards, in the task's units.</summary>
    [Id(2)]
    public required double Return { get; init; }

    /// <summary>The learner will consume it (split train, at least one turn).</summary>
    [Id(3)]
    public required bool Train { get; init; }
}
