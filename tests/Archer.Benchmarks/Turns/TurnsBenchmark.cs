using System.Globalization;
using Archer.Benchmarks.Learning;
using Archer.Testing.Redis;

namespace Archer.Benchmarks.Turns;

/// <summary>
/// What a durable turn costs beside generation: the platform, in its own process, with a policy server that answers at once, against an empty ASP.NET endpoint
/// and one that only asks that policy server. Same client, same bytes, blocks in turn, medians over the blocks.
/// </summary>
internal static class TurnsBenchmark
{
    private const int Rounds = 5;
    private static readonly int[] Concurrency = [1, 16, 64];
    private static readonly TimeSpan Compilation = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(0.7);

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        using var policy = await PeerProcess.StartAsync("policy");
        using var rival = await PeerProcess.StartAsync("rival", policy.Url.ToString());
        Console.WriteLine("| storage | at once | empty/s | p50 | p99 | forward/s | p50 | p99 | turns/s | p50 | p99 | of empty | of forward | added p50 | added p99 | CPU µs a turn |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        await MeasureAsync("SQLite", policy, rival);
        if (RedisServer.MissingReason is { } missing)
        {
            Console.WriteLine(missing);
            return;
        }
        foreach (var flush in (string[])["everysec", "always"])
        {
            await using var redis = await RedisServer.StartAsync("--appendfsync", flush);
            await MeasureAsync($"Redis, {flush}", policy, rival, $"--Archer:Redis={redis.ConnectionString}");
        }
    }

    private static async Task MeasureAsync(string storage, PeerProcess policy, PeerProcess rival, params string[] settings)
    {
        using var platform = new PlatformProcess(
            ["--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0", "--Archer:StatusSeconds=0", $"--Archer:PolicyClient:Address={policy.Url}", .. settings]);
        await platform.ReadyAsync();
        // The runtime compiles what is called often a second time, in the background: not while it is measured.
        using (var compiled = new TurnTarget(platform.Url, null, 16, 80))
        {
            await compiled.RunAsync(Compilation);
        }

        var firstUser = 0;
        foreach (var concurrency in Concurrency)
        {
            using var empty = new TurnTarget(rival.Url, "/empty", concurrency, 0);
            using var forward = new TurnTarget(rival.Url, "/forward", concurrency, 0);
            using var ours = new TurnTarget(platform.Url, null, concurrency, firstUser);
            firstUser += concurrency;
            await CompareAsync(storage, concurrency, platform, empty, forward, ours);
        }
    }

    private static async Task CompareAsync(string storage, int concurrency, PlatformProcess platform, TurnTarget empty, TurnTarget forward, TurnTarget ours)
    {
        using var client = new HttpClient();
        foreach (var target in (TurnTarget[])[empty, forward, ours])
        {
            await target.RunAsync(WarmUp);
        }

        var before = await MetricsPage.ReadAsync(client, platform.Url);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var target in (TurnTarget[])[empty, forward, ours])
            {
                await target.MeasureAsync(Block);
            }
        }
        var spent = (await MetricsPage.ReadAsync(client, platform.Url)).Since(before);
        var turns = ours.Blocks.Sum(block => block.PerSecond) * Block.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {storage} | {concurrency} | {Numbers(empty)} | {Numbers(forward)} | {Numbers(ours)} | {ours.PerSecond / empty.PerSecond:0.00} | {ours.PerSecond / forward.PerSecond:0.00} "
            + $"| {ours.P50 - empty.P50:0.00} | {ours.P99 - empty.P99:0.00} | {spent["dotnet_process_cpu_time_seconds_total"] / turns * 1e6:F0} |"));
    }

    private static string Numbers(TurnTarget target) =>
        string.Create(CultureInfo.InvariantCulture, $"{target.PerSecond:F0} | {target.P50:0.00} | {target.P99:0.00}");
}
