using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>The command <c>conversations show</c>.</summary>
internal static class ConversationsShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var connection = new ConnectionOptions(terminal);
        var id = new Argument<string>("id") { Description = "The conversation's id." };
        var json = new Option<bool>("--json") { Description = "Print the whole conversation as one line of JSON." };
        var command = new ArcherCommand("show", "Shows a conversation turn by turn: who said what, policy version, value, reward.")
        {
            Examples = ["archer conversations show mine"],
            Arguments = { id },
            Options = { json },
        };
        connection.AddTo(command);
        return command.Runs(terminal, async (arguments, cancellationToken) =>
        {
            using var client = connection.Open(arguments);
            var conversation = await client.ReadAsync(arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(json))
            {
                await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(conversation, ArcherJson.Default.ConversationView)).ConfigureAwait(false);
            }
            else
            {
                Write(terminal, conversation);
            }

            return ExitCodes.Success;
        });
    }

    private static void Write(Terminal terminal, ConversationView conversation)
    {
        terminal.Output.WriteLine(Head(conversation));
        var table = new Columns("#turn", "~user", "~agent", "version", "#value", "#reward");
        foreach (var turn in conversation.Turns)
        {
            table.Add(
                Shown.Count(turn.Turn), Shown.Line(turn.UserText), Shown.Line(turn.Text), turn.PolicyVersion,
                Shown.Number(turn.Value), Shown.Number(turn.Reward, "0.####"));
        }
        if (conversation.FinalUserText is { } last)
        {
            table.Add("", Shown.Line(last), "", "", "", "");
        }

        table.WriteTo(terminal);
    }

    private static string Head(ConversationView conversation)
    {
        var state = conversation.Status == ConversationStatus.Open
            ? "open"
            : $"{Words(conversation.Outcome)} ({Words(conversation.EndReason)}) at {Shown.Time(conversation.EndedAt)}";
        var facts = new[] { conversation.Simulated ? "simulated" : "live", conversation.Split == ReplaySplit.HoldOut ? "not learned from" : "learned from" };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{conversation.Id} with {conversation.Agent}, {string.Join(", ", facts)}, started {Shown.Time(conversation.StartedAt)}, {state}, return {conversation.Return:0.####}");
    }

    private static string Words<T>(T? value)
        where T : struct, Enum => value is { } known ? Shown.Words(known) : "ended";
}
