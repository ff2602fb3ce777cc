using Archer.Client.Tasks.TwentyQuestions;

namespace Archer.Client.Tasks;

/// <summary>How many utterances asked, guessed, or were not understood.</summary>
/// <param name="Questions">Questions about an attribute.</param>
/// <param name="Guesses">Guesses of one item.</param>
/// <param name="Invalid">Neither.</param>
[GenerateSerializer, Immutable, Alias("archer.utterance-kinds")]
public readonly record struct UtteranceKinds(
    [property: Id(0)] long Questions,
    [property: Id(1)] long Guesses,
    [property: Id(2)] long Invalid)
{
    /// <summary>Counts of <paramref name="left"/> and <paramref name="right"/> together.</summary>
    public static UtteranceKinds operator +(UtteranceKinds left, UtteranceKinds right) =>
        new(left.Questions + right.Questions, left.Guesses + right.Guesses, left.Invalid + right.Invalid);

    /// <summary>Counts utterances by the rules of a task.</summary>
    /// <param name="task">Name of the task; null, or one that is not known, counts nothing.</param>
    /// <param name="utterances">What the agent said.</param>
    /// <returns>The counts; null without a task.</returns>
    public static UtteranceKinds? Of(string? task, IEnumerable<string> utterances)
    {
        if (task != TaskNames.TwentyQuestions)
            return null;
        var kinds = default(UtteranceKinds);
        foreach (var utterance in utterances)
        {
            kinds += TwentyQuestionsAnswerer.TenWords.Understand(utterance).Kind switch
            {
                MeaningKind.Question => new UtteranceKinds(1, 0, 0),
                MeaningKind.Guess => new UtteranceKinds(0, 1, 0),
                _ => new UtteranceKinds(0, 0, 1),
            };
        }
        return kinds;
    }
}

/// <summary>Tasks that come with the platform.</summary>
public static class TaskNames
{
    /// <summary>Table-answered Twenty Questions with ten words.</summary>
    public const string TwentyQuestions = "twenty-questions";
}
