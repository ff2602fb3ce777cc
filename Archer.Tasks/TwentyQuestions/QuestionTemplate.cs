namespace Archer.Tasks.TwentyQuestions;

/// <summary>One way to put a question.</summary>
/// <param name="Text">The whole sentence; in a guess template <c>{item}</c> stands for the item's phrase.</param>
/// <param name="HeldOut">Kept out of the data that the base model is trained on, but understood by the answerer.</param>
public sealed record QuestionTemplate(string Text, bool HeldOut);
