using System.Collections.Immutable;

namespace Archer.Policy.Text;

/// <summary>
/// How a conversation becomes ids: <c>&lt;|system|&gt;…&lt;|end|&gt;&lt;|user|&gt;…&lt;|end|&gt;&lt;|assistant|&gt;…&lt;|end|&gt;</c>.
/// Append-only: a new message only ever adds ids at the end, and what was recorded is used as it is. Rendering turn by turn therefore
/// gives the same ids as rendering at once, and a prefix cache never has to be thrown away.
/// </summary>
/// <exception cref="ArgumentException">The vocabulary misses one of the template's special tokens.</exception>
public sealed class ChatTemplate(BpeTokenizer tokenizer)
{
    /// <summary>Opens the agent's instructions.</summary>
    public const string SystemTag = "<|system|>";

    /// <summary>Opens a message of the user.</summary>
    public const string UserTag = "<|user|>";

    /// <summary>Opens an utterance: the policy speaks after it.</summary>
    public const string AssistantTag = "<|assistant|>";

    /// <summary>Closes every message. The policy produces it to end its turn.</summary>
    public const string EndTag = "<|end|>";

    /// <summary>The template in the language of Hugging Face's <c>apply_chat_template</c>.</summary>
    public const string Jinja =
        "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    private readonly int _system = tokenizer.SpecialId(SystemTag);
    private readonly int _user = tokenizer.SpecialId(UserTag);
    private readonly int _assistant = tokenizer.SpecialId(AssistantTag);

    /// <summary>The special tokens that the template needs.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } = [SystemTag, UserTag, AssistantTag, EndTag];

    /// <summary>The vocabulary that it renders into.</summary>
    public BpeTokenizer Tokenizer => tokenizer;

    /// <summary>Id of the end-of-turn token, at which generation stops.</summary>
    public int StopId { get; } = tokenizer.SpecialId(EndTag);

    /// <summary>The ids that new messages append to the observation, up to and including the assistant tag after which the policy speaks.</summary>
    /// <param name="newMessages">What was said since the last utterance: one user message, at the beginning with the system's before it.</param>
    /// <param name="lastUtterance">The last utterance's ids; one that was cut off before its end-of-turn token is closed first. Empty at the beginning.</param>
    /// <exception cref="ChatTemplateException">There is no message, or one is the assistant's.</exception>
    public ImmutableArray<int> PromptDelta(IReadOnlyList<ChatMessage> newMessages, ReadOnlySpan<int> lastUtterance = default)
    {
        if (newMessages.Count == 0)
        {
            throw new ChatTemplateException(0, "there is no message to answer.");
        }

        for (var i = 0; i < newMessages.Count; i++)
        {
            if (newMessages[i].Role == ChatRole.Assistant)
            {
                throw new ChatTemplateException(i, "the agent does not speak between two utterances.");
            }
        }

        return Prompt(newMessages, first: 0, newMessages.Count, lastUtterance);
    }

    /// <summary>The ids of the whole conversation, at the end of which the policy is to speak.</summary>
    /// <exception cref="ChatTemplateException">There is no message, the last one is the assistant's, or ids are where they cannot be.</exception>
    public ImmutableArray<int> Observation(IReadOnlyList<ChatMessage> messages)
    {
        var turns = Turns(messages);
        if (turns.IsEmpty)
        {
            throw new ChatTemplateException(0, "there is no message to answer.");
        }

        if (!turns[^1].UtteranceIds.IsEmpty)
        {
            throw new ChatTemplateException(messages.Count - 1, "the last message must not be the assistant's.");
        }

        return [.. turns.SelectMany(turn => turn.PromptIds.Concat(turn.UtteranceIds))];
    }

    /// <summary>A conversation's turns; the last one's utterance is empty when the agent is to speak now.</summary>
    /// <exception cref="ChatTemplateException">An utterance has no ids at all, or ids are on a message that is not the last before an utterance.</exception>
    public ImmutableArray<RenderedTurn> Turns(IReadOnlyList<ChatMessage> messages)
    {
        var turns = ImmutableArray.CreateBuilder<RenderedTurn>();
        var first = 0;
        ImmutableArray<int> last = [];
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != ChatRole.Assistant)
            {
                continue;
            }

            var prompt = Prompt(messages, first, i, last.AsSpan());
            last = Utterance(messages[i], i);
            turns.Add(new RenderedTurn(prompt, last));
            first = i + 1;
        }

        if (first < messages.Count)
        {
            turns.Add(new RenderedTurn(Prompt(messages, first, messages.Count, last.AsSpan()), []));
        }

        return turns.ToImmutable();
    }

    private ImmutableArray<int> Utterance(ChatMessage message, int index)
    {
        if (message.TokenIds is not { } ids)
        {
            return [.. tokenizer.Encode(message.Text), StopId];
        }

        return ids.IsDefaultOrEmpty ? throw new ChatTemplateException(index, "an utterance has at least one token id.") : Checked(ids, index);
    }

    private ImmutableArray<int> Prompt(IReadOnlyList<ChatMessage> messages, int first, int end, ReadOnlySpan<int> lastUtterance)
    {
        for (var i = first; i < end - 1; i++)
        {
            if (messages[i].TokenIds is not null)
            {
                throw new ChatTemplateException(i, "token ids stand on the last message before an utterance.");
            }
        }

        if (end > first && messages[end - 1].TokenIds is { } recorded)
        {
            return recorded.IsDefaultOrEmpty || recorded[^1] != _assistant
                ? throw new ChatTemplateException(end - 1, $"recorded ids of a prompt end with {AssistantTag} ({_assistant}).")
                : Checked(recorded, end - 1);
        }

        var ids = new List<int>();
        if (lastUtterance.Length > 0 && lastUtterance[^1] != StopId)
        {
            ids.Add(StopId);
        }

        for (var i = first; i < end; i++)
        {
            ids.Add(messages[i].Role == ChatRole.System ? _system : _user);
            tokenizer.Encode(messages[i].Text, ids);
            ids.Add(StopId);
        }

        ids.Add(_assistant);
        return [.. ids];
    }

    private ImmutableArray<int> Checked(ImmutableArray<int> ids, int index)
    {
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)tokenizer.VocabularySize)
            {
                throw new ChatTemplateException(index, $"token id {id} is not one of 0 to {tokenizer.VocabularySize - 1}.");
            }
        }

        return ids;
    }
}
