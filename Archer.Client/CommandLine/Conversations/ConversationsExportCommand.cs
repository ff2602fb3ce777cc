using System.CommandLine;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>The command <c>conversations export</c>.</summary>
internal sealed class ConversationsExportCommand
{
    private const int Remembered = 1000;

    private readonly Argument<string[]> _ids = new("ids") { Description = "Ids of the conversations. Without any the agent's recent ones.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _agent = AgentOption.New();
    private readonly Option<int> _limit = NumberOption.Of("--limit", "Most conversations exported, the newest; an agent remembers 1,000.", Remembered, 1, Remembered);
    private readonly Option<FileInfo?> _output = new("--out") { Description = "File to write; must not be there. Without it the output.", HelpName = "file" };
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
            Options = { export._agent, export._limit, export._output },
        };
        export._filter.AddTo(command);
        connection.AddTo(command);
        return command.Runs(terminal, (arguments, cancellationToken) => export.RunAsync(arguments, connection, terminal, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult arguments, ConnectionOptions connection, Terminal terminal, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_output)?.FullName;
        if (file is not null)
            NewOutput.Require(file);
        var choice = _filter.Read(arguments);
        using var client = connection.Open(arguments);
        var agents = (await client.ReadAgentsAsync(cancellationToken).ConfigureAwait(false)).Agents;
        var export = new ConversationExport(client, choice, agents.ToDictionary(agent => agent.Name, agent => agent.Definition.SystemPrompt));
        var given = arguments.GetValue(_ids) ?? [];
        var ids = given.Length > 0 ? given.ToAsyncEnumerable() : ListAsync(arguments, client, choice, cancellationToken);
        if (file is null)
        {
            await export.WriteAsync(ids, given.Length > 0, terminal.Output, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await NewOutput.WriteFileAsync(file, async stream =>
            {
                var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                await using (writer.ConfigureAwait(false))
                    await export.WriteAsync(ids, given.Length > 0, writer, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        await terminal.Messages.WriteLineAsync(export.Summary(file ?? "the output")).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private async IAsyncEnumerable<string> ListAsync(
        ParseResult arguments, ArcherClient client, ConversationFilter.Choice choice, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var agent = await AgentOption.ResolveAsync(client, arguments.GetValue(_agent), cancellationToken).ConfigureAwait(false);
        await foreach (var conversation in choice.ListAsync(client, agent.Name, arguments.GetValue(_limit), cancellationToken).ConfigureAwait(false))
            yield return conversation.Id;
    }
}
