using System.Collections.Immutable;

namespace Archer.Tasks.TwentyQuestions;

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
    public static UtteranceCounts Of(TwentyQuestionsTable table, IEnumerable<(Meaning Meaning, Answer Answer)> turns)
    {
        var counts = default(UtteranceCounts);
        var consistent = table.AllItems;
        var guessed = 0u;
        var asked = new HashSet<int>();
        foreach (var (meaning, answer) in turns)
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

    /// <summary>The counts that <see cref="ToArray"/> gave, or sums of them.</summary>
    public static UtteranceCounts FromArray(ImmutableArray<long> counts) => new()
    {
        Questions = counts[0],
        RepeatedQuestions = counts[1],
        Guesses = counts[2],
        RepeatedGuesses = counts[3],
        ConsistentGuesses = counts[4],
        Invalid = counts[5],
        HeldOut = counts[6],
    };

    /// <summary>The counts as the simulation adds them up.</summary>
    public ImmutableArray<long> ToArray() => [Questions, RepeatedQuestions, Guesses, RepeatedGuesses, ConsistentGuesses, Invalid, HeldOut];

    /// <summary>What to report of a number of games.</summary>
    public IReadOnlyDictionary<string, double> Measure(long games) => new Dictionary<string, double>
    {
        ["questions_per_game"] = Share(Questions, games),
        ["repeated_questions_per_game"] = Share(RepeatedQuestions, games),
        ["guesses_per_game"] = Share(Guesses, games),
        ["repeated_guesses_per_game"] = Share(RepeatedGuesses, games),
        ["guess_consistency"] = Share(ConsistentGuesses, Guesses),
        ["invalid_share"] = Share(Invalid, Utterances),
        ["held_out_share"] = Share(HeldOut, Questions + Guesses),
    };

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private static long Count(bool condition) => condition ? 1 : 0;
}
