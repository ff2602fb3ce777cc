using System.CommandLine;
using System.Runtime.CompilerServices;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>The command <c>conversations export</c>.</summary>
internal sealed class ConversationsExportCommand
{
    private readonly Argument<string[]> _ids = new("ids") { Description = "Ids of the conversations. Without any all that the agent has.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _agent = AgentOption.New();
    private readonly Option<long?> _limit = NumberOption.Optional("--limit", "Most conversations exported, the newest. Without it all that are kept.", 1, long.MaxValue);
    private readonly Option<FileInfo?> _output = new("--out") { Description = "File to write; must not exist. Without it the output.", HelpName = "file" };
    private readonly Option<bool> _holdOut = new("--hold-out") { Description = "Also those of the hold-out, which are measured on and not learned from." };
    private readonly Option<bool> _logProbabilities = new("--log-probabilities") { Description = "Tell how probable each utterance was when it was acted." };
    private readonly ConversationFilter _filter = new();

    private ConversationsExportCommand()
    {
    }

    public static Command Create(Terminal terminal)
    {
        var export = new ConversationsExportCommand();
        var connection = new ConnectionOptions(terminal);
        var command = new ArcherCommand("export", "Writes conversations as JSON lines, exactly what 'Archer.Trainer sft --data' reads (docs/data.md): logs to clone a policy from.")
        {
            Examples = ["archer conversations export --ended --minimum-return -4 --out good.jsonl", "archer conversations export mine yours > two.jsonl"],
            Arguments = { export._ids },
            Options = { export._agent, export._limit, export._output, export._holdOut, export._logProbabilities },
        };
        export._filter.AddTo(command);
        connection.AddTo(command);
        return command.Runs(terminal, (arguments, cancellationToken) => export.RunAsync(arguments, connection, terminal, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult arguments, ConnectionOptions connection, Terminal terminal, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_output)?.FullName;
        if (file is not null)
        {
            NewOutput.Require(file);
        }

        var choice = _filter.Read(arguments);
        using var client = connection.Open(arguments);
        var agents = (await client.ReadAgentsAsync(cancellationToken).ConfigureAwait(false)).Agents;
        var export = new ConversationExport(choice, agents.ToDictionary(agent => agent.Name, agent => agent.Definition.SystemPrompt))
        {
            HoldOut = arguments.GetValue(_holdOut),
            LogProbabilities = arguments.GetValue(_logProbabilities),
            Limit = arguments.GetValue(_limit) ?? long.MaxValue,
        };
        var given = arguments.GetValue(_ids) ?? [];
        var conversations = given.Length > 0 ? ReadAsync(client, given.ToAsyncEnumerable(), mustExist: true, cancellationToken) : ReadAllAsync(arguments, client, choice, cancellationToken);
        if (file is null)
        {
            await export.WriteAsync(conversations, terminal.Output, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await NewOutput.WriteFileAsync(file, async stream =>
            {
                var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                await using (writer.ConfigureAwait(false))
                {
                    await export.WriteAsync(conversations, writer, cancellationToken).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }
        await terminal.Messages.WriteLineAsync(export.Summary(file ?? "the output")).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    /// <summary>Open ones as far as the agent's list of recent ones names them, then every ended one that is kept.</summary>
    private async IAsyncEnumerable<ConversationView?> ReadAllAsync(
        ParseResult arguments, ArcherClient client, ConversationFilter.Choice choice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var agent = await AgentOption.ResolveAsync(client, arguments.GetValue(_agent), cancellationToken).ConfigureAwait(false);
        if (choice.Status is not ConversationStatus.Ended)
        {
            var open = (choice with { Status = ConversationStatus.Open }).ListAsync(client, agent.Name, int.MaxValue, cancellationToken).Select(conversation => conversation.Id);
            await foreach (var conversation in ReadAsync(client, open, mustExist: false, cancellationToken).ConfigureAwait(false))
            {
                // One that has ended meanwhile is among the ended ones.
                if (conversation?.Status == ConversationStatus.Open)
                {
                    yield return conversation;
                }
            }
        }
        if (choice.Status is not ConversationStatus.Open)
        {
            var query = new EndedConversationQuery { Simulated = choice.Simulated, Split = arguments.GetValue(_holdOut) ? null : ReplaySplit.Train };
            await foreach (var conversation in client.EnumerateEndedAsync(agent.Name, query, cancellationToken).ConfigureAwait(false))
            {
                yield return conversation;
            }
        }
    }

    /// <param name="client">Talks to the silo.</param>
    /// <param name="ids">Conversations to read.</param>
    /// <param name="mustExist">One that is not there is an error; else it was erased meanwhile and is null.</param>
    /// <param name="cancellationToken">Ends it between two conversations.</param>
    private static async IAsyncEnumerable<ConversationView?> ReadAsync(
        ArcherClient client, IAsyncEnumerable<string> ids, bool mustExist, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var id in ids.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            ConversationView? conversation;
            try
            {
                conversation = await client.ReadAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (ArcherApiException refusal) when (!mustExist && refusal.ProblemType == ProblemTypes.ConversationNotFound)
            {
                conversation = null;
            }
            yield return conversation;
        }
    }
}
