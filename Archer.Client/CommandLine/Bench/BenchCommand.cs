using System.CommandLine;
using System.Text.Json;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Bench;

/// <summary>The command <c>bench</c>.</summary>
internal sealed class BenchCommand
{
    private const double UsualSeconds = 30;
    private const double MaxSeconds = 86_400;
    private const int MaxUsers = 4096;

    private readonly Option<string?> _agent = AgentOption.New();
    private readonly Option<int> _users = NumberOption.Of("--users", "Users that talk at the same time, each waiting for its answer.", 16, 1, MaxUsers);
    private readonly Option<double?> _seconds = NumberOption.Optional("--seconds", "Length of the measured load. Default 30, unless --episodes is given.", 0.1, MaxSeconds);
    private readonly Option<long?> _episodes = NumberOption.Optional("--episodes", "Measured conversations, in place of --seconds.", 1L, long.MaxValue);
    private readonly Option<int> _turns = NumberOption.Of("--turns", "Messages of a conversation.", 10, 1, 4096);
    private readonly Option<double> _warmUp = NumberOption.Of("--warm-up", "Seconds of the same load before, none of which counts.", 3.0, 0.0, MaxSeconds);
    private readonly Option<string[]> _text = new("--text") { Description = "What the user says; given several times, one after the other.", DefaultValueFactory = _ => [.. LoadOptions.UsualTexts], HelpName = "words" };
    private readonly Option<string?> _version = new("--policy-version") { Description = "Policy version that answers. Without it the one that serves.", HelpName = "version" };
    private readonly Option<bool> _json = new("--json") { Description = "Print the numbers as one line of JSON." };

    private BenchCommand()
    {
    }

    public static Command Create(Terminal terminal)
    {
        var bench = new BenchCommand();
        var connection = new ConnectionOptions(terminal);
        var command = new ArcherCommand("bench", "Puts load on a running silo and prints turns per second and latencies. A scripted user says fixed texts, so any agent will do; its conversations are kept out of learning.")
        {
            Examples = ["archer bench --users 16 --seconds 30", "archer bench --users 64 --episodes 2000 --turns 5 --json"],
            Options = { bench._agent, bench._users, bench._seconds, bench._episodes, bench._turns, bench._warmUp, bench._text, bench._version, bench._json },
        };
        connection.AddTo(command);
        return command.Runs(terminal, (arguments, cancellationToken) => bench.RunAsync(arguments, connection, terminal, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult arguments, ConnectionOptions connection, Terminal terminal, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_seconds) is not null && arguments.GetValue(_episodes) is not null)
        {
            throw new UsageException("--seconds and --episodes exclude each other.");
        }

        using var client = connection.Open(arguments);
        var options = await ReadAsync(arguments, client, cancellationToken).ConfigureAwait(false);
        await terminal.Messages.WriteLineAsync($"{options.Agent} at {client.Address}: {options.Users} users, warm-up {options.WarmUp.TotalSeconds:0.#} s, then {Length(options)} …").ConfigureAwait(false);
        var report = await new LoadRun(client, options, terminal.Time).RunAsync(cancellationToken).ConfigureAwait(false);
        if (arguments.GetValue(_json))
        {
            await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(report, LoadJson.Default.LoadReport)).ConfigureAwait(false);
        }
        else
        {
            await terminal.Output.WriteAsync(report.Head()).ConfigureAwait(false);
            report.Latencies().WriteTo(terminal);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return report.ErrorCount == 0 ? ExitCodes.Success : throw new CommandException($"{Shown.Count(report.ErrorCount)} request(s) failed; look at the silo's log.");
    }

    private async Task<LoadOptions> ReadAsync(ParseResult arguments, ArcherClient client, CancellationToken cancellationToken)
    {
        var agent = await AgentOption.ResolveAsync(client, arguments.GetValue(_agent), cancellationToken).ConfigureAwait(false);
        var turns = arguments.GetValue(_turns);
        if (turns > agent.Definition.TurnLimit)
        {
            throw new UsageException($"--turns is {turns}, and conversations with {agent.Name} have at most {agent.Definition.TurnLimit}.");
        }

        var episodes = arguments.GetValue(_episodes);
        return new LoadOptions
        {
            Agent = agent.Name,
            Users = arguments.GetValue(_users),
            Turns = turns,
            Texts = [.. arguments.GetRequiredValue(_text)],
            WarmUp = TimeSpan.FromSeconds(arguments.GetValue(_warmUp)),
            Duration = episodes is null ? TimeSpan.FromSeconds(arguments.GetValue(_seconds) ?? UsualSeconds) : null,
            Conversations = episodes,
            PolicyVersion = arguments.GetValue(_version),
        };
    }

    private static string Length(LoadOptions options) => options.Duration is { } duration ? $"{duration.TotalSeconds:0.#} s" : $"{options.Conversations} conversations";
}
