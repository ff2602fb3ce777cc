using System.Collections.Immutable;
using Archer.Client;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Serving.Wire;
using Archer.Policy.Text;

namespace Archer.Policy.Serving.Completions;

/// <summary>Turns what a request says into the ids that the policy reads.</summary>
internal static class PromptIds
{
    /// <exception cref="InvalidRequestException">The messages are no conversation, or ids are not in the vocabulary.</exception>
    public static ImmutableArray<int> OfChat(ResidentPolicy policy, ImmutableArray<ChatMessage> messages)
    {
        if (!EndsWithAUser(messages))
        {
            throw new InvalidRequestException("messages: the policy answers a user; expected a message of the user after the last of the assistant");
        }

        try
        {
            return policy.Template.Observation(messages);
        }
        catch (ChatTemplateException exception)
        {
            throw new InvalidRequestException(exception.Message);
        }
    }

    /// <summary>A conversation has no turn that instructions alone begin: the policy has never seen one, and would babble.</summary>
    private static bool EndsWithAUser(ImmutableArray<ChatMessage> messages) =>
        messages.Reverse().TakeWhile(message => message.Role != ChatRole.Assistant).Any(message => message.Role == ChatRole.User || message.TokenIds is not null)
        || messages is [.., { Role: ChatRole.Assistant }];

    /// <exception cref="InvalidRequestException">An id is not in the vocabulary.</exception>
    public static ImmutableArray<int> OfPrompt(ResidentPolicy policy, Prompt prompt)
    {
        if (prompt.TokenIds is not { } ids)
        {
            return [.. policy.Tokenizer.Encode(prompt.Text!)];
        }

        var size = policy.Tokenizer.VocabularySize;
        var wrong = ids.Where(id => (uint)id >= (uint)size).Take(1).ToArray();
        return wrong.Length == 0 ? ids : throw new InvalidRequestException($"prompt: token id {wrong[0]} is not one of 0 to {size - 1}");
    }
}
