namespace Archer.Tasks.TwentyQuestions;

/// <summary>A word that can be hidden.</summary>
/// <param name="Name">The bare word, such as <c>dog</c>.</param>
/// <param name="Phrase">The word as a sentence has it, such as <c>a dog</c>.</param>
public sealed record TableItem(string Name, string Phrase);
