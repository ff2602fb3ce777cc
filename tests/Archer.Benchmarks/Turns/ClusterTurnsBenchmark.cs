using System.Globalization;
using Archer.Benchmarks.Learning;
using Archer.Testing.Redis;

namespace Archer.Benchmarks.Turns;

/// <summary>
/// What a durable turn costs on one, two and three silos with one Redis: the same users, spread evenly, and a policy server that answers at once. All of it
/// shares the machine's cores, so that the sum of turns cannot grow with the silos; processor time per turn says what being several costs. As many processes
/// that know nothing of each other, each with a Redis of its own, are the control: they share cores and caches too.
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
        Console.WriteLine("| silos | turns/s | p50 ms | p99 ms | CPU µs a turn, silos | of one silo | of as many strangers |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var one = await MeasureAsync(1, together: true, policy.Url);
        Print("1", one, one, one);
        for (var silos = 2; silos <= Most; silos++)
        {
            var strangers = await MeasureAsync(silos, together: false, policy.Url);
            Print($"{silos} strangers", strangers, one, strangers);
            Print($"{silos}", await MeasureAsync(silos, together: true, policy.Url), one, strangers);
        }
    }

    /// <summary>Medians over the blocks; the cost is the processor time of all silos per turn, in microseconds.</summary>
    private static async Task<Measured> MeasureAsync(int silos, bool together, Uri policy)
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, together ? 1 : silos).Select(_ => RedisServer.StartAsync("--appendfsync", "always")));
        var platforms = Enumerable.Range(0, silos).Select(number => new PlatformProcess(
        [
            "--Archer:Roles=silo", "--Archer:StatusSeconds=0", $"--Archer:Redis={servers[number % servers.Length].ConnectionString}", $"--Archer:PolicyClient:Address={policy}",
        ])).ToArray();
        var users = platforms.Select((platform, number) => new TurnTarget(platform.Url, null, Users / silos, number * Users)).ToArray();
        try
        {
            await Task.WhenAll(platforms.Select(platform => platform.ReadyAsync()));
            await Task.WhenAll(users.Select(target => target.RunAsync(WarmUp)));
            List<Measured> blocks = [];
            for (var block = 0; block < Blocks; block++)
            {
                var before = platforms.Sum(platform => platform.ProcessorTime.TotalSeconds);
                var found = await Task.WhenAll(users.Select(target => target.RunAsync(Block)));
                var rate = found.Sum(part => part.PerSecond);
                var spent = platforms.Sum(platform => platform.ProcessorTime.TotalSeconds) - before;
                blocks.Add(new Measured(rate, spent / (rate * Block.TotalSeconds) * 1e6, found.Average(part => part.P50), found.Max(part => part.P99)));
            }

            return new Measured(blocks.Median(block => block.Rate), blocks.Median(block => block.Cost), blocks.Median(block => block.P50), blocks.Median(block => block.P99));
        }
        finally
        {
            Array.ForEach(users, target => target.Dispose());
            Array.ForEach(platforms, platform => platform.Dispose());
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static void Print(string silos, Measured measured, Measured one, Measured strangers) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {silos} | {measured.Rate:F0} | {measured.P50:F2} | {measured.P99:F2} | {measured.Cost:F0} | {measured.Cost / one.Cost:F2} | {measured.Cost / strangers.Cost:F2} |"));

    private readonly record struct Measured(double Rate, double Cost, double P50, double P99);
}
