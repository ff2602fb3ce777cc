using Archer.Policy.Text;

namespace Archer.Trainer.Sft;

/// <summary>A conversation as it is cloned from: tokens, the weight of each token's prediction, and the ends of the observations.</summary>
internal sealed record SftSequence
{
    /// <summary>Tokens. Shape [T].</summary>
    public required int[] TokenIds { get; init; }

    /// <summary>Whose tokens they are: 1 for imitated utterances, −1 for the user's words, 0 for what counts in no loss. Shape [T].</summary>
    public required sbyte[] Speakers { get; init; }

    /// <summary>Last token of each observation that the agent replied to.</summary>
    public required int[] ObservationEnds { get; init; }

    /// <summary>Class of the label; −1 for none.</summary>
    public required int Label { get; init; }

    public static SftSequence Encode(SftConversation conversation, ChatTemplate template, IReadOnlyDictionary<string, int> labels)
    {
        List<int> tokens = [], ends = [];
        List<sbyte> speakers = [];
        bool[] imitated = [.. conversation.Messages.Where(message => message.Role == ChatRole.Assistant).Select(message => message.Train)];
        var utterance = 0;
        foreach (var turn in template.Turns([.. conversation.Messages.Select(message => new ChatMessage { Role = message.Role, Text = message.Text })]))
        {
            tokens.AddRange(turn.PromptIds);
            speakers.AddRange(Enumerable.Repeat((sbyte)-1, turn.PromptIds.Length));
            if (turn.UtteranceIds.IsEmpty)
            {
                break;
            }

            ends.Add(tokens.Count - 1);
            tokens.AddRange(turn.UtteranceIds);
            speakers.AddRange(Enumerable.Repeat((sbyte)(imitated[utterance++] ? 1 : 0), turn.UtteranceIds.Length));
        }
        return new SftSequence
        {
            TokenIds = [.. tokens],
            Speakers = [.. speakers],
            ObservationEnds = [.. ends],
            Label = conversation.Label is { } label ? labels[label] : -1,
        };
    }
}
