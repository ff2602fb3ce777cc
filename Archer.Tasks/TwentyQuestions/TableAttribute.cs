namespace Archer.Tasks.TwentyQuestions;

/// <summary>A yes-or-no property of every item, and the ways to ask for it.</summary>
public sealed record TableAttribute
{
    /// <summary>Short name, such as <c>made_of_wood</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Bit i is set when the answer is yes for item i.</summary>
    public required uint YesMask { get; init; }

    /// <summary>The paraphrases: first those that the base model may be trained on, then those held out.</summary>
    public required IReadOnlyList<QuestionTemplate> Templates { get; init; }

    /// <summary>Cells whose value a reasonable person may dispute: item name to reason. The table's value stands all the same.</summary>
    public required IReadOnlyDictionary<string, string> Questionable { get; init; }

    /// <summary>The table's value for item <paramref name="item"/>.</summary>
    public bool Holds(int item) => (YesMask >> item & 1) != 0;
}
