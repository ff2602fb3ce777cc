using System.CommandLine;
using System.Text.Json;
using Archer.Client.CommandLine;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Policy.Serving.Local;
using Archer.Tasks;
using Archer.Tasks.CommandLine;
using Archer.Tasks.Simulation;
using Archer.Trainer.Evaluation;

namespace Archer.Trainer.CommandLine;

/// <summary>The command <c>evaluate</c>: a policy on a task's fresh games, in this process or against a silo.</summary>
internal sealed class EvaluateCommand
{
    private readonly Option<string> _task = new("--task") { Description = "The task to play.", DefaultValueFactory = _ => TaskCatalog.Default.Name };
    private readonly Option<DirectoryInfo?> _checkpoint = new("--checkpoint") { Description = "Checkpoint directory to play with in this process. Without it a silo's agent plays.", HelpName = "directory" };
    private readonly Option<string?> _agent = AgentOption.New();
    private readonly Option<string?> _version = new("--policy-version") { Description = "The silo's policy version. Without it the one that serves.", HelpName = "version" };
    private readonly Option<long> _episodes = NumberOption.Of("--episodes", "Games to play.", 1024L, 1L, long.MaxValue);
    private readonly Option<int> _users = NumberOption.Of("--users", "Games at the same time; changes the time, not the games.", 16, 1, 1024);
    private readonly Option<float> _temperature = NumberOption.Of("--temperature", "Sampling temperature; 0 is greedy.", 1f, 0f, 10f);
    private readonly Option<ulong> _seed = NumberOption.Of("--seed", "Chooses hidden items, answer noise and, with --run, the sampling.", 1UL, 0UL, ulong.MaxValue);
    private readonly Option<string> _run = new("--run") { Description = "First part of the conversations' ids: another name gives other luck with the same hidden items.", DefaultValueFactory = _ => "evaluation", HelpName = "name" };
    private readonly Option<double> _noise = NumberOption.Of("--noise", "Share of wrong answers, where the task has noise.", 0.0, 0.0, 1.0);
    private readonly Option<bool> _json = new("--json") { Description = "Print the numbers as one line of JSON." };

    private EvaluateCommand() => _task.AcceptOnlyFromAmong([.. TaskCatalog.Names]);

    public static Command Create(Terminal terminal)
    {
        var evaluate = new EvaluateCommand();
        var connection = new ConnectionOptions(terminal);
        var command = new ArcherCommand("evaluate", "Measures a policy on a task's fresh games; nothing is learned from them.")
        {
            Examples =
            [
                "Archer.Trainer evaluate --checkpoint base",
                "Archer.Trainer evaluate --agent support --policy-version v000012 --temperature 0.5 --run second --json",
            ],
            Options =
            {
                evaluate._task, evaluate._checkpoint, evaluate._agent, evaluate._version, evaluate._episodes, evaluate._users,
                evaluate._temperature, evaluate._seed, evaluate._run, evaluate._noise, evaluate._json,
            },
        };
        connection.AddTo(command);
        return command.Runs(terminal, (arguments, cancellationToken) => evaluate.RunAsync(arguments, connection, terminal, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult arguments, ConnectionOptions connection, Terminal terminal, CancellationToken cancellationToken)
    {
        var options = Read(arguments);
        var problems = options.Problems().ToList();
        if (problems.Count > 0)
        {
            throw new UsageException(problems);
        }

        SimulationSummary summary;
        if (arguments.GetValue(_checkpoint) is { } directory)
        {
            if (connection.TypedUrl(arguments) is not null || options.PolicyVersion is not null)
            {
                throw new UsageException("--checkpoint plays in this process, --url and --policy-version against a silo: give one of them.");
            }

            using var policy = LocalPolicy.Load(directory.FullName, terminal.Time);
            options = options with { Agent = policy.Agent };
            summary = await PlayHereAsync(policy, options, terminal, cancellationToken);
        }
        else
        {
            (options, summary) = await PlayThereAsync(connection.Read(arguments), options, arguments.GetValue(_agent), terminal, cancellationToken);
        }
        await terminal.Output.WriteLineAsync(arguments.GetValue(_json)
            ? JsonSerializer.Serialize(summary, SimulationJson.Default.SimulationSummary)
            : SimulationReport.Of(options, summary));
        return ExitCodes.Success;
    }

    private static async Task<SimulationSummary> PlayHereAsync(LocalPolicy policy, SimulationOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        var evaluation = new CheckpointEvaluation(policy, options, terminal.Time);
        await using (new SimulationProgress(() => evaluation.Summary, options.Episodes, terminal))
        {
            return await evaluation.RunAsync(cancellationToken);
        }
    }

    private static async Task<(SimulationOptions Options, SimulationSummary Summary)> PlayThereAsync(
        ArcherClientOptions silo, SimulationOptions options, string? agent, Terminal terminal, CancellationToken cancellationToken)
    {
        using var client = new ArcherClient(silo, terminal.Time, terminal.Handler);
        options = options with { Agent = (await AgentOption.ResolveAsync(client, agent, cancellationToken)).Name };
        var simulated = new SimulatedUsers(client, options, terminal.Time);
        await using var progress = new SimulationProgress(() => simulated.Summary, options.Episodes, terminal);
        var result = await simulated.RunAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return (options, result.Summary);
    }

    private SimulationOptions Read(ParseResult arguments) => new()
    {
        Task = arguments.GetRequiredValue(_task),
        Agent = arguments.GetValue(_agent) ?? arguments.GetRequiredValue(_task),
        Users = arguments.GetValue(_users),
        Episodes = arguments.GetValue(_episodes),
        Seed = arguments.GetValue(_seed),
        Run = arguments.GetRequiredValue(_run),
        Noise = arguments.GetValue(_noise),
        Sampling = new SamplingOverrides { Temperature = arguments.GetValue(_temperature) },
        Split = ReplaySplit.HoldOut,
        PolicyVersion = arguments.GetValue(_version),
    };
}
