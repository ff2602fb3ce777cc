using System.Collections.Immutable;

namespace Archer.Policy.Text;

/// <summary>Who speaks.</summary>
public enum ChatRole
{
    /// <summary>The agent's instructions.</summary>
    System,

    /// <summary>The one the agent talks with.</summary>
    User,

    /// <summary>The agent.</summary>
    Assistant,
}

/// <summary>One message of a conversation, as text, or as the ids that were recorded when it was first rendered or generated.</summary>
public sealed record ChatMessage
{
    /// <summary>Who speaks.</summary>
    public required ChatRole Role { get; init; }

    /// <summary>What is said; not looked at when there are ids.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// Recorded ids, used as they are; null when the text is to be encoded. An assistant's are those of its utterance. Those of a user's message are
    /// all ids that its turn put before the utterance, messages before it (such as the system's) and the closing assistant tag included. Shape [n].
    /// </summary>
    public ImmutableArray<int>? TokenIds { get; init; }

    /// <summary>A message of the user.</summary>
    public static ChatMessage User(string text) => new() { Role = ChatRole.User, Text = text };

    /// <summary>A message of the agent.</summary>
    public static ChatMessage Assistant(string text) => new() { Role = ChatRole.Assistant, Text = text };

    /// <summary>The agent's instructions.</summary>
    public static ChatMessage System(string text) => new() { Role = ChatRole.System, Text = text };
}
