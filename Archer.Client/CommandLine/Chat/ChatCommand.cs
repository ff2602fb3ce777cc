using System.CommandLine;
using Archer.Client.Conversations;

namespace Archer.Client.CommandLine.Chat;

/// <summary>The command <c>chat</c>.</summary>
internal sealed class ChatCommand
{
    private readonly Option<string?> _agent = AgentOption.New();
    private readonly Option<string?> _conversation = new("--conversation") { Description = "Go on with this open conversation.", HelpName = "id" };
    private readonly Option<string> _user = new("--user") { Description = "Who talks, at most 128 characters.", DefaultValueFactory = _ => "", HelpName = "name" };
    private readonly Option<float?> _temperature = NumberOption.Optional("--temperature", "Sampling temperature; 0 is greedy. Without it the agent's own.", 0f, 10f);
    private readonly Option<string?> _version = new("--policy-version") { Description = "Policy version that answers every turn. Without it the one that serves.", HelpName = "version" };
    private readonly Option<bool> _evaluation = new("--evaluation") { Description = "Keep the conversation out of learning (split hold_out)." };
    private readonly Option<bool> _json = new("--json") { Description = "Print each reply as one line of JSON, when it is complete." };

    private ChatCommand()
    {
    }

    public static Command Create(Terminal terminal)
    {
        var chat = new ChatCommand();
        var connection = new ConnectionOptions(terminal);
        var command = new ArcherCommand("chat", "Talks with an agent, one line a message. /reward 1 rates the last reply, /end ends, /quit leaves it open, /help.")
        {
            Examples = ["archer chat", "archer chat --agent support --temperature 0", """printf "Let's play.\nNo.\n/quit\n" | archer chat"""],
            Options = { chat._agent, chat._conversation, chat._user, chat._temperature, chat._version, chat._evaluation, chat._json },
        };
        connection.AddTo(command);
        return command.Runs(terminal, (arguments, cancellationToken) => chat.RunAsync(arguments, connection, terminal, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult arguments, ConnectionOptions connection, Terminal terminal, CancellationToken cancellationToken)
    {
        using var client = connection.Open(arguments);
        var screen = new ChatScreen(terminal, arguments.GetValue(_json));
        var talk = arguments.GetValue(_conversation) is { } id
            ? await ContinueAsync(arguments, client, id, screen, cancellationToken).ConfigureAwait(false)
            : await BeginAsync(arguments, client, screen, cancellationToken).ConfigureAwait(false);
        var code = await new ChatSession(talk, screen).RunAsync(cancellationToken).ConfigureAwait(false);
        if (talk.IsOpen && talk.Id is { } open)
        {
            var url = connection.TypedUrl(arguments) is { } address ? $" --url {address}" : "";
            screen.Say($"The conversation stays open. Go on with: archer chat --conversation {open}{url}");
        }
        return code;
    }

    private async Task<ChatTalk> BeginAsync(ParseResult arguments, Http.ArcherClient client, ChatScreen screen, CancellationToken cancellationToken)
    {
        var agent = await AgentOption.ResolveAsync(client, arguments.GetValue(_agent), cancellationToken).ConfigureAwait(false);
        screen.Say($"Talking to {agent.Name}, {arguments.GetValue(_version) ?? agent.Current} answers. /help lists what is no message.");
        return new ChatTalk(client, new StartConversation
        {
            Agent = agent.Name,
            User = arguments.GetRequiredValue(_user),
            PolicyVersion = arguments.GetValue(_version),
            Sampling = arguments.GetValue(_temperature) is { } temperature ? new SamplingOverrides { Temperature = temperature } : null,
            Split = arguments.GetValue(_evaluation) ? ReplaySplit.HoldOut : null,
        });
    }

    private async Task<ChatTalk> ContinueAsync(
        ParseResult arguments, Http.ArcherClient client, string id, ChatScreen screen, CancellationToken cancellationToken)
    {
        Option[] ofTheStart = [_agent, _user, _temperature, _version, _evaluation];
        var given = ofTheStart.Where(option => arguments.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
        if (given.Count > 0)
        {
            throw new UsageException($"{string.Join(", ", given)} cannot be changed in a conversation that is there: leave it out, or leave out --conversation.");
        }

        var conversation = await client.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        if (conversation.Status == ConversationStatus.Ended)
        {
            throw new CommandException($"The conversation '{id}' has ended: leave out --conversation to start another one.");
        }

        screen.Say($"Going on with {conversation.Agent}, {conversation.Turns.Length} turn(s) so far:");
        foreach (var turn in conversation.Turns)
        {
            screen.Say($"  you:   {Shown.Line(turn.UserText)}");
            screen.Say($"  agent: {Shown.Line(turn.Text)}");
        }
        return new ChatTalk(client, conversation);
    }
}
