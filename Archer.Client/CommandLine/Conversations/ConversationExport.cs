using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>Reads conversations and writes those that are chosen as lines of <see cref="ConversationDocument"/>.</summary>
/// <param name="client">Talks to the silo.</param>
/// <param name="choice">Which are written; asked again with what the conversation says now, late rewards included.</param>
/// <param name="systemPrompts">Each agent's instructions; empty for none.</param>
internal sealed class ConversationExport(ArcherClient client, ConversationFilter.Choice choice, IReadOnlyDictionary<string, string> systemPrompts)
{
    private long _written;
    private long _turns;
    private long _leftOut;

    /// <param name="ids">Conversations to read.</param>
    /// <param name="mustExist">One that is not there is an error; else it was erased meanwhile and is left out.</param>
    /// <param name="output">Takes the lines.</param>
    /// <param name="cancellationToken">Ends it between two conversations.</param>
    public async Task WriteAsync(IAsyncEnumerable<string> ids, bool mustExist, TextWriter output, CancellationToken cancellationToken)
    {
        await foreach (var id in ids.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var conversation = await ReadAsync(id, mustExist, cancellationToken).ConfigureAwait(false);
            if (conversation is null || !Takes(conversation))
            {
                _leftOut++;
                continue;
            }
            await output.WriteAsync(Document(conversation).ToLine() + "\n").ConfigureAwait(false);
            _written++;
            _turns += conversation.Turns.Length;
        }
    }

    public string Summary(string place) =>
        $"{Shown.Count(_written)} conversation(s) with {Shown.Count(_turns)} turns to {place}" + (_leftOut == 0 ? "." : $"; {Shown.Count(_leftOut)} left out: without a turn, not as asked, or erased.");

    private async Task<ConversationView?> ReadAsync(string id, bool mustExist, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (ArcherApiException refusal) when (!mustExist && refusal.ProblemType == ProblemTypes.ConversationNotFound)
        {
            return null;
        }
    }

    // A conversation in which the agent said nothing is nothing to learn from: sft refuses it.
    private bool Takes(ConversationView conversation) =>
        conversation.Turns.Length > 0
        && (choice.Status is not { } status || conversation.Status == status)
        && (choice.MinimumReturn is not { } least || conversation.Return >= least)
        && !(choice.Live && conversation.Simulated);

    private ConversationDocument Document(ConversationView conversation)
    {
        var messages = ImmutableArray.CreateBuilder<MessageDocument>();
        if (systemPrompts.GetValueOrDefault(conversation.Agent) is { Length: > 0 } prompt)
            messages.Add(new MessageDocument { Role = "system", Content = prompt });
        foreach (var turn in conversation.Turns)
        {
            messages.Add(new MessageDocument { Role = "user", Content = turn.UserText });
            messages.Add(new MessageDocument { Role = "assistant", Content = turn.Text });
        }
        if (conversation.FinalUserText is { } last)
            messages.Add(new MessageDocument { Role = "user", Content = last });
        return new ConversationDocument { Messages = messages.ToImmutable() };
    }
}
