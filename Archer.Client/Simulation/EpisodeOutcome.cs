using System.Collections.Immutable;
using Archer.Client.Tasks.TwentyQuestions;

namespace Archer.Client.Simulation;

/// <summary>One turn as the simulated user saw it.</summary>
/// <param name="Text">What the agent said.</param>
/// <param name="PolicyVersion">The policy version that said it.</param>
/// <param name="Value">The critic's value of the observation; null when there is none.</param>
/// <param name="Meaning">What the user understood.</param>
/// <param name="Answer">What the user answered.</param>
public readonly record struct PlayedTurn(string Text, string PolicyVersion, float? Value, Meaning Meaning, Answer Answer);

/// <summary>One game that was played to its end.</summary>
public sealed record EpisodeOutcome
{
    /// <summary>Number of the episode.</summary>
    public required long Episode { get; init; }

    /// <summary>The conversation's id.</summary>
    public required string Conversation { get; init; }

    /// <summary>Index of the item that was hidden.</summary>
    public required int HiddenItem { get; init; }

    /// <summary>The item was found.</summary>
    public required bool Won { get; init; }

    /// <summary>Sum of the rewards, in [−20, 0].</summary>
    public required double Return { get; init; }

    /// <summary>Its turns in order.</summary>
    public required ImmutableArray<PlayedTurn> Turns { get; init; }

    /// <summary>What its utterances were.</summary>
    public required UtteranceCounts Counts { get; init; }
}
