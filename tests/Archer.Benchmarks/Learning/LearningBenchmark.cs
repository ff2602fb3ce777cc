using System.Diagnostics;
using System.Globalization;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Replay;
using Archer.Client.Simulation;

namespace Archer.Benchmarks.Learning;

/// <summary>
/// Does the whole platform learn from live conversations alone? Per seed: a fresh platform in a process of its own with 16 simulated users, then
/// fresh hold-out games against the base and against the versions after 1,024, 2,048, 4,096 and 20,032 conversations.
/// </summary>
internal static class LearningBenchmark
{
    private const string Agent = "twenty-questions";
    private const int EpisodesPerIteration = 64;
    private const int Conversations = 20_032;
    private static readonly int[] Seeds = [1, 2, 3, 4, 5];
    private static readonly int[] Marks = [0, 1_024, 2_048, 4_096, Conversations];

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        Console.WriteLine("| seed | conversations | seconds | version | T | games | mean return ± 95 % | questions | guesses | repeated | consistent | invalid | won |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (int seed in Seeds)
            await RunSeedAsync(seed);
    }

    private static async Task RunSeedAsync(int seed)
    {
        using var platform = new PlatformProcess(
            $"--Archer:Demo:Seed={seed}", $"--Archer:Demo:Episodes={Conversations}", $"--Archer:Trainer:Learner:Seed={seed}", $"--Archer:Agents:{Agent}:Seed={seed}",
            "--Archer:Trainer:KeepVersions=1000", "--Archer:StatusSeconds=0");
        using var client = new ArcherClient(new ArcherClientOptions { Url = platform.Url });
        long start = Stopwatch.GetTimestamp();
        var times = new Dictionary<int, double> { [0] = 0 };
        foreach (int mark in Marks.Skip(1))
        {
            await ReachAsync(client, mark);
            times[mark] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        foreach (int mark in Marks)
        {
            string version = Archer.Client.Policies.PolicyVersionName.Of(mark / EpisodesPerIteration);
            foreach (float temperature in (float[])[1f, 0.5f, 0f])
                await EvaluateAsync(client, seed, mark, times[mark], version, temperature);
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

    private static async Task EvaluateAsync(ArcherClient client, int seed, int mark, double seconds, string version, float temperature)
    {
        int games = temperature == 0 ? 64 : 1_024;
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
        SimulationSummary s = (await users.RunAsync(CancellationToken.None)).Summary;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {seed} | {mark:N0} | {seconds:F0} | {version} | {temperature} | {games} | {s.MeanReturn:F2} ± {s.ConfidenceHalfWidth:F2} | {s.QuestionsPerGame:F2} | {s.GuessesPerGame:F2} | {s.RepeatedGuessesPerGame:F2} | {s.GuessConsistency:F3} | {s.InvalidShare:F3} | {s.WinShare:F3} |"));
    }
}
