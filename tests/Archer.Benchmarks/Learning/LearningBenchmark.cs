using System.Diagnostics;
using System.Globalization;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Tasks.Simulation;

namespace Archer.Benchmarks.Learning;

/// <summary>
/// Does the whole platform learn from live conversations alone? Per seed: a fresh platform in a process of its own with 16 simulated users, then
/// fresh hold-out games against the base and against the versions after so many conversations.
/// </summary>
internal static class LearningBenchmark
{
    private const string Agent = "twenty-questions";
    private const string Learner = "Archer:Trainer:Learner";
    private const int UsualIteration = 64;
    private const string Columns = "seed | conversations | seconds | version | T | games | mean return ± 95 % | questions | guesses | repeated | consistent | invalid | won |";

    /// <summary>Learner's rules by name: the default, the rival without a critic, the paper's, and those for logs. All with the default's step sizes.</summary>
    private static readonly (string Name, int Iteration, string[] Settings)[] Rules =
    [
        ("default: λ-returns, GAE, ratio clip", UsualIteration, []),
        ("no critic: returns, ratio clip", UsualIteration, [$"--{Learner}:Actor:Advantage=Return"]),
        ("TD(0), min Q − min V, ratio clip", UsualIteration, [$"--{Learner}:Critic:Targets=TemporalDifference", $"--{Learner}:Actor:Advantage=ActionValue"]),
        ("the paper's: TD(0), min Q − min V, REINFORCE", UsualIteration,
            [$"--{Learner}:Critic:Targets=TemporalDifference", $"--{Learner}:Actor:Advantage=ActionValue", $"--{Learner}:Actor:Objective=Reinforce"]),
        ("IQL, min Q − min V, AWR", UsualIteration,
            [$"--{Learner}:Critic:Targets=ImplicitQLearning", $"--{Learner}:Actor:Advantage=ActionValue", $"--{Learner}:Actor:Objective=AdvantageWeighted"]),
        ("default, 8 conversations an iteration", 8, []),
        ("no critic, 8 conversations an iteration", 8, [$"--{Learner}:Actor:Advantage=Return"]),
    ];

    /// <summary>The default rule in full: five seeds, 20,032 conversations, three temperatures.</summary>
    public static void Run()
    {
        Console.WriteLine($"| {Columns}");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var seed in (int[])[1, 2, 3, 4, 5])
        {
            RunAsync("", UsualIteration, [], seed, [0, 1_024, 2_048, 4_096, 20_032], [1f, 0.5f, 0f]).GetAwaiter().GetResult();
        }
    }

    /// <summary>The learner's rules against one another: three seeds, 4,096 conversations, temperature 1.</summary>
    public static void RunRules()
    {
        Console.WriteLine($"| rule | {Columns}");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var seed in (int[])[1, 2, 3])
        {
            foreach ((var name, var iteration, var settings) in Rules)
            {
                RunAsync($"| {name} ", iteration, settings, seed, [1_024, 4_096], [1f]).GetAwaiter().GetResult();
            }
        }
    }

    private static async Task RunAsync(string label, int iteration, string[] settings, int seed, int[] marks, float[] temperatures)
    {
        using var platform = new PlatformProcess(
        [
            $"--Archer:Demo:Seed={seed}", $"--Archer:Demo:Episodes={marks[^1]}", $"--{Learner}:Seed={seed}", $"--Archer:Agents:{Agent}:Seed={seed}",
            $"--{Learner}:EpisodesPerIteration={iteration}", "--Archer:Trainer:KeepVersions=1000", "--Archer:StatusSeconds=0", .. settings,
        ]);
        using var client = new ArcherClient(new ArcherClientOptions { Url = platform.Url });
        await platform.ReadyAsync();
        var start = Stopwatch.GetTimestamp();
        var times = new Dictionary<int, double>();
        foreach (var mark in marks)
        {
            await ReachAsync(client, mark);
            times[mark] = mark == 0 ? 0 : Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        foreach (var mark in marks)
        {
            var version = Archer.Client.Policies.PolicyVersionName.Of(mark / iteration);
            foreach (var temperature in temperatures)
            {
                Console.WriteLine(label + await EvaluateAsync(client, seed, mark, times[mark], version, temperature));
            }
        }
    }

    private static async Task ReachAsync(ArcherClient client, int conversations)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        AgentMetrics metrics;
        do
        {
            await pace.WaitForNextTickAsync();
            metrics = await client.ReadMetricsAsync(Agent);
        }
        while (metrics.EpisodesConsumed < conversations);
    }

    private static async Task<string> EvaluateAsync(ArcherClient client, int seed, int mark, double seconds, string version, float temperature)
    {
        var games = temperature == 0 ? 64 : 1_024;
        var users = new SimulatedUsers(client, new SimulationOptions
        {
            Agent = Agent,
            Users = 32,
            Episodes = games,
            Seed = (ulong)(1_000 + seed),
            Run = string.Create(CultureInfo.InvariantCulture, $"evaluation-{version}-{temperature}"),
            Split = ReplaySplit.HoldOut,
            PolicyVersion = version,
            Sampling = new SamplingOverrides { Temperature = temperature },
        });
        var s = (await users.RunAsync(CancellationToken.None)).Summary;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {seed} | {mark:N0} | {seconds:F0} | {version} | {temperature} | {games} | {s.MeanReturn:F2} ± {s.ConfidenceHalfWidth:F2} | {s.Measures["questions_per_game"]:F2} | {s.Measures["guesses_per_game"]:F2} | {s.Measures["repeated_guesses_per_game"]:F2} | {s.Measures["guess_consistency"]:F3} | {s.Measures["invalid_share"]:F3} | {s.WinShare:F3} |");
    }
}
