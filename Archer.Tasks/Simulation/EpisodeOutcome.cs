using System.Collections.Immutable;

namespace Archer.Tasks.Simulation;

/// <summary>One turn as the simulated user saw it.</summary>
/// <param name="Text">What the agent said.</param>
/// <param name="PolicyVersion">The policy version that said it.</param>
/// <param name="Value">The critic's value of the observation; null when there is none.</param>
/// <param name="Answer">What the user answered.</param>
public readonly record struct PlayedTurn(string Text, string PolicyVersion, float? Value, string Answer);

/// <summary>One episode that was played to its end.</summary>
public sealed record EpisodeOutcome
{
    /// <summary>Number of the episode.</summary>
    public required long Episode { get; init; }

    /// <summary>The conversation's id.</summary>
    public required string Conversation { get; init; }

    /// <summary>What the agent had to find out; empty when the task hides nothing.</summary>
    public required string Hidden { get; init; }

    /// <summary>The task was won.</summary>
    public required bool Won { get; init; }

    /// <summary>Sum of the rewards, in the task's units.</summary>
    public required double Return { get; init; }

    /// <summary>Its turns in order.</summary>
    public required ImmutableArray<PlayedTurn> Turns { get; init; }

    /// <summary>What its utterances were (<see cref="ITaskEpisode.Counts"/>).</summary>
    public required ImmutableArray<long> Counts { get; init; }
}
