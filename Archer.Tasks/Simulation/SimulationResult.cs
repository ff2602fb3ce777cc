using System.Collections.Immutable;

namespace Archer.Tasks.Simulation;

/// <summary>What a simulation did.</summary>
public sealed record SimulationResult
{
    /// <summary>Its numbers.</summary>
    public required SimulationSummary Summary { get; init; }

    /// <summary>Its games in the order of their numbers; empty when it had no number of episodes to play.</summary>
    public required ImmutableArray<EpisodeOutcome> Episodes { get; init; }

    /// <summary>It was cancelled before all episodes were played.</summary>
    public required bool Cancelled { get; init; }
}
