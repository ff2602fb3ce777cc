using System.Collections.Immutable;

namespace Archer.Client.Simulation;

/// <summary>What a number of games amount to.</summary>
public sealed record SimulationSummary
{
    /// <summary>Games played to their end.</summary>
    public required long Episodes { get; init; }

    /// <summary>Games given up because of an error.</summary>
    public required long Failed { get; init; }

    /// <summary>Games that had been played before (a resumed simulation).</summary>
    public required long Skipped { get; init; }

    /// <summary>Mean undiscounted return; 0 without games.</summary>
    public required double MeanReturn { get; init; }

    /// <summary>Half the width of the 95 % confidence interval of the mean, 1.96 standard errors; 0 with fewer than two games.</summary>
    public required double ConfidenceHalfWidth { get; init; }

    /// <summary>Share of games won.</summary>
    public required double WinShare { get; init; }

    /// <summary>Attribute questions per game.</summary>
    public required double QuestionsPerGame { get; init; }

    /// <summary>Attribute questions per game that had been asked before in it.</summary>
    public required double RepeatedQuestionsPerGame { get; init; }

    /// <summary>Guesses per game.</summary>
    public required double GuessesPerGame { get; init; }

    /// <summary>Guesses per game that had been made before in it.</summary>
    public required double RepeatedGuessesPerGame { get; init; }

    /// <summary>Share of guesses that no earlier answer ruled out.</summary>
    public required double GuessConsistency { get; init; }

    /// <summary>Share of utterances that were not understood.</summary>
    public required double InvalidShare { get; init; }

    /// <summary>Share of understood utterances in words that the base model was not trained on.</summary>
    public required double HeldOutShare { get; init; }

    /// <summary>Turns of the games counted in <see cref="Episodes"/>.</summary>
    public required long Turns { get; init; }

    /// <summary>Seconds since the simulation began.</summary>
    public required double Seconds { get; init; }

    /// <summary>Turns per second since then.</summary>
    public required double TurnsPerSecond { get; init; }

    /// <summary>Policy versions that answered, in ordinal order.</summary>
    public required ImmutableArray<string> PolicyVersions { get; init; }
}
