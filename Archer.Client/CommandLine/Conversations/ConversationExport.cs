using System.Collections.Immutable;
using Archer.Client.Conversations;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>Writes those conversations that are chosen as lines of <see cref="ConversationDocument"/>.</summary>
/// <param name="choice">Which are written.</param>
/// <param name="systemPrompts">Each agent's instructions; empty for none.</param>
internal sealed class ConversationExport(ConversationFilter.Choice choice, IReadOnlyDictionary<string, string> systemPrompts)
{
    private long _written;
    private long _turns;
    private long _leftOut;

    /// <summary>Writes conversations of the hold-out too. Default false: what is measured on is not to be imitated.</summary>
    public bool HoldOut { get; init; }

    /// <summary>Tells how probable each utterance was when it was acted. Default false.</summary>
    public bool LogProbabilities { get; init; }

    /// <summary>Most conversations that are written.</summary>
    public long Limit { get; init; } = long.MaxValue;

    /// <param name="conversations">Conversations as they are now; null for one that is gone.</param>
    /// <param name="output">Takes the lines.</param>
    /// <param name="cancellationToken">Ends it between two conversations.</param>
    public async Task WriteAsync(IAsyncEnumerable<ConversationView?> conversations, TextWriter output, CancellationToken cancellationToken)
    {
        await foreach (var conversation in conversations.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (conversation is null || !Takes(conversation))
            {
                _leftOut++;
                continue;
            }
            await output.WriteAsync(Document(conversation).ToLine() + "\n").ConfigureAwait(false);
            _written++;
            _turns += conversation.Turns.Length;
            if (_written == Limit)
            {
                break;
            }
        }
    }

    public string Summary(string place) =>
        $"{Shown.Count(_written)} conversation(s) with {Shown.Count(_turns)} turns to {place}" + (_leftOut == 0 ? "." : $"; {Shown.Count(_leftOut)} left out: without a turn, not as asked, or erased.");

    // A conversation in which the agent said nothing is nothing to learn from: sft refuses it.
    private bool Takes(ConversationView conversation) =>
        conversation.Turns.Length > 0 && choice.Takes(conversation) && (HoldOut || conversation.Split != ReplaySplit.HoldOut);

    private ConversationDocument Document(ConversationView conversation)
    {
        var messages = ImmutableArray.CreateBuilder<MessageDocument>();
        if (systemPrompts.GetValueOrDefault(conversation.Agent) is { Length: > 0 } prompt)
        {
            messages.Add(new MessageDocument { Role = "system", Content = prompt });
        }

        foreach (var turn in conversation.Turns)
        {
            messages.Add(new MessageDocument { Role = "user", Content = turn.UserText });
            messages.Add(new MessageDocument
            {
                Role = "assistant",
                Content = turn.Text,
                Reward = turn.Reward,
                PolicyVersion = turn.PolicyVersion,
                LogProbability = LogProbabilities ? turn.LogProbability : null,
            });
        }
        if (conversation.FinalUserText is { } last)
        {
            messages.Add(new MessageDocument { Role = "user", Content = last });
        }

        return new ConversationDocument { Messages = messages.ToImmutable(), Id = conversation.Id };
    }
}
