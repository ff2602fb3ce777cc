using System.CommandLine;
using System.CommandLine.Parsing;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Replay;
using Archer.Client.Simulation;

namespace Archer.Client.CommandLine;

/// <summary>The command <c>simulate</c>: simulated users play a task with an agent.</summary>
internal sealed class SimulateCommand
{
    private const string TwentyQuestions = "twenty-questions";

    private readonly Option<string> _task = new("--task") { Description = "The task to play: twenty-questions.", DefaultValueFactory = _ => TwentyQuestions };
    private readonly Option<int> _users = new("--users") { Description = "Users that play at the same time.", DefaultValueFactory = _ => 16 };
    private readonly Option<long> _episodes = new("--episodes") { Description = "Games to play.", DefaultValueFactory = _ => 1024 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Chooses hidden items and answer noise, and is part of the conversations' ids.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _run = new("--run") { Description = "First part of the conversations' ids: another name gives fresh games with the same hidden items.", DefaultValueFactory = _ => "sim" };
    private readonly Option<Uri> _url = new("--url")
    {
        Description = "Address of the silo.",
        DefaultValueFactory = _ => new ArcherClientOptions().Url,
        CustomParser = Address,
    };

    private readonly Option<string?> _key = new("--key") { Description = "Bearer key; without it the environment variable ARCHER_KEY is taken." };
    private readonly Option<string> _agent = new("--agent") { Description = "The agent to play with.", DefaultValueFactory = _ => TwentyQuestions };
    private readonly Option<float?> _temperature = new("--temperature") { Description = "Sampling temperature; 0 is greedy. Without it the agent's own." };
    private readonly Option<string?> _version = new("--policy-version") { Description = "Policy version that answers every turn. Without it the one that serves." };
    private readonly Option<bool> _evaluation = new("--evaluation") { Description = "Keep the conversations out of learning (split hold_out)." };
    private readonly Option<double> _noise = new("--noise") { Description = "Share of wrong answers to attribute questions, 0 to 0.07.", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _json = new("--json") { Description = "Print the numbers as one line of JSON." };

    private SimulateCommand()
    {
        _task.AcceptOnlyFromAmong(TwentyQuestions);
    }

    /// <summary>The command; it writes results to <paramref name="output"/>, progress and errors to <paramref name="messages"/>.</summary>
    public static Command Create(TextWriter output, TextWriter messages)
    {
        var simulate = new SimulateCommand();
        var command = new Command("simulate", "Lets simulated users play a task with an agent and prints the mean return.")
        {
            simulate._task, simulate._users, simulate._episodes, simulate._seed, simulate._run, simulate._url, simulate._key, simulate._agent,
            simulate._temperature, simulate._version, simulate._evaluation, simulate._noise, simulate._json,
        };
        command.SetAction((arguments, cancellationToken) => new SimulateAction
        {
            Client = simulate.Client(arguments),
            Simulation = simulate.Simulation(arguments),
            Json = arguments.GetValue(simulate._json),
            Output = output,
            Messages = messages,
        }.RunAsync(cancellationToken));
        return command;
    }

    private ArcherClientOptions Client(ParseResult arguments) => new()
    {
        Url = arguments.GetRequiredValue(_url),
        Key = arguments.GetValue(_key) ?? (Environment.GetEnvironmentVariable("ARCHER_KEY") is { Length: > 0 } key ? key : null),
    };

    private SimulationOptions Simulation(ParseResult arguments) => new()
    {
        Agent = arguments.GetRequiredValue(_agent),
        Users = arguments.GetValue(_users),
        Episodes = arguments.GetValue(_episodes),
        Seed = arguments.GetValue(_seed),
        Run = arguments.GetRequiredValue(_run),
        Noise = arguments.GetValue(_noise),
        Sampling = arguments.GetValue(_temperature) is { } temperature ? new SamplingOverrides { Temperature = temperature } : null,
        Split = arguments.GetValue(_evaluation) ? ReplaySplit.HoldOut : null,
        PolicyVersion = arguments.GetValue(_version),
    };

    private static Uri? Address(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address))
            return address;
        result.AddError($"'{result.Tokens[0].Value}' is not an address such as http://127.0.0.1:5080.");
        return null;
    }
}
