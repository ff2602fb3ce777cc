using Archer.Client.Tasks.TwentyQuestions;

namespace Archer.Client.Simulation;

/// <summary>What the agent's utterances were, over one game or many.</summary>
public readonly record struct UtteranceCounts
{
    /// <summary>Questions about an attribute.</summary>
    public long Questions { get; init; }

    /// <summary>Questions whose attribute had been asked for in the same game.</summary>
    public long RepeatedQuestions { get; init; }

    /// <summary>Guesses of an item.</summary>
    public long Guesses { get; init; }

    /// <summary>Guesses of an item that had been guessed in the same game.</summary>
    public long RepeatedGuesses { get; init; }

    /// <summary>Guesses of an item that no earlier answer of the game ruled out.</summary>
    public long ConsistentGuesses { get; init; }

    /// <summary>Utterances that were not understood.</summary>
    public long Invalid { get; init; }

    /// <summary>Questions and guesses in words that are kept out of the base model's training data.</summary>
    public long HeldOut { get; init; }

    /// <summary>All utterances.</summary>
    public long Utterances => Questions + Guesses + Invalid;

    /// <summary>Counts of <paramref name="left"/> and <paramref name="right"/> together.</summary>
    public static UtteranceCounts operator +(UtteranceCounts left, UtteranceCounts right) => new()
    {
        Questions = left.Questions + right.Questions,
        RepeatedQuestions = left.RepeatedQuestions + right.RepeatedQuestions,
        Guesses = left.Guesses + right.Guesses,
        RepeatedGuesses = left.RepeatedGuesses + right.RepeatedGuesses,
        ConsistentGuesses = left.ConsistentGuesses + right.ConsistentGuesses,
        Invalid = left.Invalid + right.Invalid,
        HeldOut = left.HeldOut + right.HeldOut,
    };

    /// <summary>Counts the turns of one game.</summary>
    public static UtteranceCounts Of(TwentyQuestionsTable table, IEnumerable<PlayedTurn> turns)
    {
        var counts = default(UtteranceCounts);
        var consistent = table.AllItems;
        var guessed = 0u;
        var asked = new HashSet<int>();
        foreach (var (_, _, _, meaning, answer) in turns)
        {
            if (meaning.Kind == MeaningKind.Invalid)
            {
                counts = counts with { Invalid = counts.Invalid + 1 };
                continue;
            }
            var isGuess = meaning.Kind == MeaningKind.Guess;
            var yes = isGuess ? 1u << meaning.Subject : table.Attributes[meaning.Subject].YesMask;
            counts += isGuess
                ? new UtteranceCounts { Guesses = 1, RepeatedGuesses = Count((guessed & yes) != 0), ConsistentGuesses = Count((consistent & yes) != 0) }
                : new UtteranceCounts { Questions = 1, RepeatedQuestions = Count(!asked.Add(meaning.Subject)) };
            counts = counts with { HeldOut = counts.HeldOut + Count(meaning.HeldOut) };
            guessed |= isGuess ? yes : 0;
            consistent &= answer == Answer.Yes ? yes : ~yes;
        }
        return counts;
    }

    private static long Count(bool condition) => condition ? 1 : 0;
}
