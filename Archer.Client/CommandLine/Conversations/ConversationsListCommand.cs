using System.CommandLine;
using System.Text.Json;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>The command <c>conversations list</c>.</summary>
internal static class ConversationsListCommand
{
    private const int Usual = 20;
    private const int Remembered = 2000;

    public static Command Create(Terminal terminal)
    {
        var connection = new ConnectionOptions(terminal);
        var filter = new ConversationFilter();
        var agent = AgentOption.New();
        var limit = NumberOption.Of("--limit", "Most conversations listed.", Usual, 1, Remembered);
        var json = new Option<bool>("--json") { Description = "Print one line of JSON for each conversation." };
        var command = new ArcherCommand("list", "Lists an agent's recent conversations, newest first; it remembers 1,000 of live users and 1,000 of programs.")
        {
            Examples = ["archer conversations list --ended --minimum-return -3", "archer conversations list --live --json"],
            Options = { agent, limit, json },
        };
        filter.AddTo(command);
        connection.AddTo(command);
        return command.Runs(terminal, async (arguments, cancellationToken) =>
        {
            var choice = filter.Read(arguments);
            using var client = connection.Open(arguments);
            var view = await AgentOption.ResolveAsync(client, arguments.GetValue(agent), cancellationToken).ConfigureAwait(false);
            var table = new Columns("conversation", "started", "state", "#turns", "#return", "versions", "user", "split");
            await foreach (var conversation in choice.ListAsync(client, view.Name, arguments.GetValue(limit), cancellationToken).ConfigureAwait(false))
            {
                if (arguments.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(conversation, ArcherJson.Default.ConversationSummary)).ConfigureAwait(false);
                }
                else
                {
                    table.Add(Row(conversation));
                }
            }
            if (!arguments.GetValue(json))
            {
                table.WriteTo(terminal);
            }

            return ExitCodes.Success;
        });
    }

    private static string[] Row(ConversationSummary conversation) =>
    [
        conversation.Id,
        Shown.Time(conversation.StartedAt),
        conversation.Outcome is { } outcome ? Shown.Words(outcome) : Shown.Words(conversation.Status),
        conversation.Turns is { } turns ? Shown.Count(turns) : Shown.Text(null),
        Shown.Number(conversation.Return, "0.####"),
        Versions(conversation),
        conversation.Simulated ? "program" : "live",
        conversation.Split == ReplaySplit.HoldOut ? "hold out" : "train",
    ];

    private static string Versions(ConversationSummary conversation) => conversation.PolicyVersions switch
    {
        [] => Shown.Text(null),
        [var only] => only,
        [var first, .., var last] => $"{first}–{last}",
    };
}
