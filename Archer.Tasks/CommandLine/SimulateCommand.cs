using System.CommandLine;
using Archer.Client.CommandLine;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Tasks.Simulation;

namespace Archer.Tasks.CommandLine;

/// <summary>The command <c>simulate</c>: simulated users play a task with an agent.</summary>
internal sealed class SimulateCommand
{
    private readonly Option<string> _task = new("--task") { Description = "The task to play.", DefaultValueFactory = _ => TaskCatalog.Default.Name };
    private readonly Option<int> _users = NumberOption.Of("--users", "Users that play at the same time.", 16, 1, 4096);
    private readonly Option<long> _episodes = NumberOption.Of("--episodes", "Games to play.", 1024L, 1L, long.MaxValue);
    private readonly Option<ulong> _seed = NumberOption.Of("--seed", "Chooses hidden items and answer noise, and is part of the conversations' ids.", 1UL, 0UL, ulong.MaxValue);
    private readonly Option<string> _run = new("--run") { Description = "First part of the conversations' ids: another name gives fresh games with the same hidden items.", DefaultValueFactory = _ => "sim", HelpName = "name" };
    private readonly Option<string> _agent = new("--agent") { Description = "The agent to play with.", DefaultValueFactory = _ => TaskCatalog.Default.Name, HelpName = "name" };
    private readonly Option<float?> _temperature = NumberOption.Optional("--temperature", "Sampling temperature; 0 is greedy. Without it the agent's own.", 0f, 10f);
    private readonly Option<string?> _version = new("--policy-version") { Description = "Policy version that answers every turn. Without it the one that serves.", HelpName = "version" };
    private readonly Option<bool> _evaluation = new("--evaluation") { Description = "Keep the conversations out of learning (split hold_out)." };
    private readonly Option<double> _noise = NumberOption.Of("--noise", "Share of wrong answers, where the task has noise.", 0.0, 0.0, 1.0);
    private readonly Option<bool> _json = new("--json") { Description = "Print the numbers as one line of JSON." };

    private SimulateCommand()
    {
        _task.AcceptOnlyFromAmong([.. TaskCatalog.Names]);
    }

    public static Command Create(Terminal terminal)
    {
        var simulate = new SimulateCommand();
        var connection = new ConnectionOptions(terminal);
        var command = new ArcherCommand("simulate", "Lets simulated users play a task with an agent and prints the mean return.")
        {
            Examples =
            [
                "archer simulate --users 16 --episodes 1024 --seed 1",
                "archer simulate --episodes 1024 --run check --evaluation --temperature 0.5 --policy-version v000012 --json",
            ],
            Options =
            {
                simulate._task, simulate._users, simulate._episodes, simulate._seed, simulate._run, simulate._agent,
                simulate._temperature, simulate._version, simulate._evaluation, simulate._noise, simulate._json,
            },
        };
        connection.AddTo(command);
        return command.Runs(terminal, (arguments, cancellationToken) => new SimulateAction
        {
            // A long run outlives a silo that starts again.
            Client = connection.Read(arguments) with { RetryFor = new ArcherClientOptions().RetryFor },
            Simulation = simulate.Simulation(arguments),
            Json = arguments.GetValue(simulate._json),
            Terminal = terminal,
        }.RunAsync(cancellationToken));
    }

    private SimulationOptions Simulation(ParseResult arguments) => new()
    {
        Task = arguments.GetRequiredValue(_task),
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
}
