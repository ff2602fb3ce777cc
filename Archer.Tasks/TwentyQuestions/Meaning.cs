namespace Archer.Tasks.TwentyQuestions;

/// <summary>What kind of utterance was understood.</summary>
public enum MeaningKind
{
    /// <summary>Nothing that the table can answer.</summary>
    Invalid,

    /// <summary>A question about an attribute.</summary>
    Question,

    /// <summary>A question that names exactly one item.</summary>
    Guess,
}

/// <summary>What an utterance means to the table.</summary>
/// <param name="Kind">Invalid, a question, or a guess.</param>
/// <param name="Subject">Index of the attribute asked about, or of the item guessed; −1 when invalid.</param>
/// <param name="Template">Index of the paraphrase used, in the order of the attribute's (or the guesses') templates; −1 when invalid.</param>
/// <param name="HeldOut">Whether that paraphrase is kept out of the data that the base model is trained on.</param>
public readonly record struct Meaning(MeaningKind Kind, int Subject, int Template, bool HeldOut)
{
    /// <summary>The meaning of an utterance that the table cannot answer.</summary>
    public static Meaning Invalid { get; } = new(MeaningKind.Invalid, -1, -1, false);
}
