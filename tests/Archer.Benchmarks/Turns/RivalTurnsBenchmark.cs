using System.Globalization;
using Archer.Benchmarks.Learning;

namespace Archer.Benchmarks.Turns;

/// <summary>
/// This build's platform against that of another work tree: durable turns through HTTP with a policy server that answers at once. First what a start costs
/// and the ten seconds after it, one process after the other with warm clients; then side by side blocks in turn at 1, 16 and 64 users. Medians throughout.
/// </summary>
internal static class RivalTurnsBenchmark
{
    /// <summary>First word of the command line; the second is the other work tree, built in Release.</summary>
    public const string Command = "turns-rival";

    private const int Rounds = 7;
    private const int Starts = 3;
    private static readonly int[] Concurrency = [1, 16, 64];
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(string tree)
    {
        using var policy = await PeerProcess.StartAsync("policy");
        var (mine, theirs) = (AppContext.BaseDirectory, Path.Combine(tree, "Archer.Silo", "bin", "Release", "net10.0"));
        await CompareStartsAsync(mine, theirs, policy.Url);
        using var ours = await Contender.StartAsync(mine, policy.Url);
        using var rival = await Contender.StartAsync(theirs, policy.Url);
        foreach (var contender in (Contender[])[ours, rival])
        {
            using var users = contender.Users(16);
            await users.RunAsync(WarmUp);
        }

        Console.WriteLine("| users | turns/s | rival | ratio | p50 ms | rival | p99 ms | rival | CPU µs a turn | rival |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var concurrency in Concurrency)
        {
            await CompareAsync(concurrency, ours, rival);
        }
    }

    /// <summary>The first start is for the clients and the policy server: they compile too.</summary>
    private static async Task CompareStartsAsync(string mine, string theirs, Uri policy)
    {
        _ = await FirstAsync(mine, policy);
        List<(double Rate, double Seconds)> ours = [], rival = [];
        for (var start = 0; start < Starts; start++)
        {
            ours.Add(await FirstAsync(mine, policy));
            rival.Add(await FirstAsync(theirs, policy));
        }

        Console.WriteLine("| first 10 s after ready, 16 users: turns/s | rival | processor s to ready | rival |");
        Console.WriteLine("|---|---|---|---|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {ours.Median(one => one.Rate):F0} | {rival.Median(one => one.Rate):F0} | {ours.Median(one => one.Seconds):F1} | {rival.Median(one => one.Seconds):F1} |"));
        Console.WriteLine();
    }

    private static async Task<(double Rate, double Seconds)> FirstAsync(string program, Uri policy)
    {
        using var contender = await Contender.StartAsync(program, policy);
        using var users = contender.Users(16);
        return ((await users.RunAsync(First)).PerSecond, contender.StartTime.TotalSeconds);
    }

    private static async Task CompareAsync(int concurrency, Contender ours, Contender rival)
    {
        using var mine = ours.Users(concurrency);
        using var theirs = rival.Users(concurrency);
        await mine.RunAsync(Block);
        await theirs.RunAsync(Block);
        double myTime = 0, theirTime = 0;
        for (var round = 0; round < Rounds; round++)
        {
            myTime += await ours.MeasureAsync(mine, Block);
            theirTime += await rival.MeasureAsync(theirs, Block);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {concurrency} | {mine.PerSecond:F0} | {theirs.PerSecond:F0} | {mine.PerSecond / theirs.PerSecond:F2} | {mine.P50:F2} | {theirs.P50:F2} | {mine.P99:F2} | {theirs.P99:F2} "
            + $"| {myTime / Turns(mine) * 1e6:F0} | {theirTime / Turns(theirs) * 1e6:F0} |"));
    }

    private static double Turns(TurnTarget target) => target.Blocks.Sum(block => block.PerSecond) * Block.TotalSeconds;

    private sealed class Contender(PlatformProcess platform, TimeSpan startTime) : IDisposable
    {
        private int _firstUser;

        public TimeSpan StartTime => startTime;

        public static async Task<Contender> StartAsync(string program, Uri policy)
        {
            var platform = new PlatformProcess(
                program,
                ["--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0", "--Archer:StatusSeconds=0", $"--Archer:PolicyClient:Address={policy}"]);
            await platform.ReadyAsync();
            return new Contender(platform, platform.ProcessorTime);
        }

        public TurnTarget Users(int concurrency)
        {
            var users = new TurnTarget(platform.Url, null, concurrency, _firstUser);
            _firstUser += concurrency;
            return users;
        }

        /// <summary>Measures a block; gives the platform's processor time in it, in seconds.</summary>
        public async Task<double> MeasureAsync(TurnTarget users, TimeSpan block)
        {
            var before = platform.ProcessorTime;
            await users.MeasureAsync(block);
            return (platform.ProcessorTime - before).TotalSeconds;
        }

        public void Dispose() => platform.Dispose();
    }
}
