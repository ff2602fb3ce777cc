namespace Archer.Policy.Text;

/// <summary>A token that no text spells: only the chat template and the policy produce it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">How it is written where it must be shown, such as <c>&lt;|end|&gt;</c>.</param>
public sealed record SpecialToken(int Id, string Text);
