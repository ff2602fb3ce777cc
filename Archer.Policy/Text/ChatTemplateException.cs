using Archer.Client;

namespace Archer.Policy.Text;

/// <summary>Messages that cannot be a conversation: the caller's mistake, told in words that can be shown to the caller.</summary>
public sealed class ChatTemplateException : ArcherException
{
    internal ChatTemplateException(int message, string problem)
        : base($"Message {message} of the conversation cannot be rendered: {problem}") => MessageIndex = message;

    /// <summary>Index of the message, from 0.</summary>
    public int MessageIndex { get; }
}
