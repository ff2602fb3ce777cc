using Archer.Policy.Text;

namespace Archer.Trainer.Sft;

/// <summary>A message to imitate, or to imitate replies to.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What is said.</param>
/// <param name="Train">False for an utterance of the agent that is shown and not imitated. Default true; means nothing on other roles.</param>
public sealed record SftMessage(ChatRole Role, string Text, bool Train = true);

/// <summary>One line of a file of conversations.</summary>
public sealed record SftConversation
{
    /// <summary>The messages, in order; at least one is the agent's.</summary>
    public required IReadOnlyList<SftMessage> Messages { get; init; }

    /// <summary>
    /// Something true of the whole conversation that the agent has to find out (the hidden word, the user's wish). An auxiliary head learns to
    /// predict it at every observation, which forms the habit of looking things up. Used in behaviour cloning only. Null: none.
    /// </summary>
    public string? Label { get; init; }
}
