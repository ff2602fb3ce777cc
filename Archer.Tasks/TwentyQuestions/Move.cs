namespace Archer.Tasks.TwentyQuestions;

/// <summary>A question or a guess, without its words.</summary>
/// <param name="Kind">Question or guess.</param>
/// <param name="Subject">Index of the attribute or of the item.</param>
public readonly record struct Move(MeaningKind Kind, int Subject);
