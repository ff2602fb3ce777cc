using System.Globalization;
using Archer.Benchmarks.Learning;
using Archer.Testing.Redis;

namespace Archer.Benchmarks.Turns;

/// <summary>
/// What a durable turn costs on one, two and three silos with one Redis: the same users, spread evenly, and a policy server that answers at once. All of it
/// shares the machine's cores, so that the sum of turns cannot grow with the silos; processor time per turn says what being several costs.
/// </summary>
internal static class ClusterTurnsBenchmark
{
    private const int Users = 24;
    private const int Most = 3;
    private const int Blocks = 7;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(2);

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        if (RedisServer.MissingReason is { } missing)
        {
            Console.WriteLine(missing);
            return;
        }

        using var policy = await PeerProcess.StartAsync("policy");
        Console.WriteLine("| silos | turns/s | p50 ms | p99 ms | CPU µs a turn, silos | of one silo |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var one = 0.0;
        for (var silos = 1; silos <= Most; silos++)
        {
            var cost = await MeasureAsync(silos, policy.Url, one);
            one = silos == 1 ? cost : one;
        }
    }

    /// <summary>Prints a line; gives the processor time of a turn, in microseconds, the median over the blocks.</summary>
    private static async Task<double> MeasureAsync(int silos, Uri policy, double one)
    {
        await using var redis = await RedisServer.StartAsync("--appendfsync", "always");
        string[] settings =
        [
            "--Archer:Roles=silo", "--Archer:StatusSeconds=0", $"--Archer:Redis={redis.ConnectionString}", $"--Archer:PolicyClient:Address={policy}",
        ];
        var platforms = Enumerable.Range(0, silos).Select(_ => new PlatformProcess(settings)).ToArray();
        var users = platforms.Select((platform, number) => new TurnTarget(platform.Url, null, Users / silos, number * Users)).ToArray();
        try
        {
            await Task.WhenAll(platforms.Select(platform => platform.ReadyAsync()));
            await Task.WhenAll(users.Select(target => target.RunAsync(WarmUp)));
            List<(double Rate, double Cost, double P50, double P99)> blocks = [];
            for (var block = 0; block < Blocks; block++)
            {
                var before = platforms.Sum(platform => platform.ProcessorTime.TotalSeconds);
                var found = await Task.WhenAll(users.Select(target => target.RunAsync(Block)));
                var rate = found.Sum(part => part.PerSecond);
                var spent = platforms.Sum(platform => platform.ProcessorTime.TotalSeconds) - before;
                blocks.Add((rate, spent / (rate * Block.TotalSeconds) * 1e6, found.Average(part => part.P50), found.Max(part => part.P99)));
            }

            var cost = Median(blocks.Select(block => block.Cost));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {silos} | {Median(blocks.Select(block => block.Rate)):F0} | {Median(blocks.Select(block => block.P50)):F2} | {Median(blocks.Select(block => block.P99)):F2} | {cost:F0} | {(one > 0 ? cost / one : 1):F2} |"));
            return cost;
        }
        finally
        {
            Array.ForEach(users, target => target.Dispose());
            Array.ForEach(platforms, platform => platform.Dispose());
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Blocks / 2);
}
