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
        try
        {
            return policy.Template.Observation(messages);
        }
        catch (ChatTemplateException exception)
        {
            throw new InvalidRequestException(exception.Message);
        }
    }

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
