using System.Diagnostics;
using System.Globalization;
using Archer.Testing.Redis;
using Xunit.Abstractions;

namespace Archer.EndToEnd.Tests.Cluster;

/// <summary>
/// How long calls take when a silo is killed. <c>ARCHER_CLUSTER_KILLS</c> sets how often, <c>ARCHER_CLUSTER_SETTINGS</c> (separated by spaces) what the silos
/// are told besides: docs/results/cluster.md was measured so.
/// </summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
[Trait("Category", "Slow")]
public sealed class FailoverTests(ITestOutputHelper output) : IDisposable
{
    private const int Users = 12;

    /// <summary>The target is 5 s; a machine that also does other things gets some more.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("ARCHER_CLUSTER_KILLS") ?? "2", CultureInfo.InvariantCulture);
    private static readonly string[] Settings = (Environment.GetEnvironmentVariable("ARCHER_CLUSTER_SETTINGS") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2 + Kills));

    public void Dispose() => _deadline.Dispose();

    [RedisFact]
    public async Task KilledSilo_CallsCompleteElsewhere()
    {
        await using var cluster = await SiloCluster.StartAsync(3, Settings);
        var clock = new FailoverClock(cluster.Client, Users);
        List<TimeSpan> all = [];
        List<TimeSpan> slowest = [];
        var killing = new TaskCompletionSource();
        var talking = clock.TalkUntilAsync(killing.Task, _deadline.Token);

        for (var kill = 0; kill < Kills; kill++)
        {
            var times = await KillOneAsync(cluster, clock, talking);
            all.AddRange(times);
            slowest.Add(times.Max());
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kill {kill + 1}: slowest call {times.Max().TotalSeconds:0.00} s"));
        }

        killing.SetResult();
        await talking;
        output.WriteLine($"slowest call of each kill: {Summary(slowest)}");
        output.WriteLine($"slowest call of each user and kill: {Summary(all)}");
        Assert.True(Settings.Length > 0 || Quantile(slowest, 0.95) < Longest, cluster.Output);
    }

    /// <summary>Kills the oldest silo once all users talk, waits until all of them have been answered again, and starts another silo.</summary>
    private async Task<IReadOnlyList<TimeSpan>> KillOneAsync(SiloCluster cluster, FailoverClock clock, Task talking)
    {
        var moment = Stopwatch.GetTimestamp();
        await WaitAsync(() => clock.AllAnsweredSince(moment, calls: 5), talking);
        clock.Clear();
        moment = Stopwatch.GetTimestamp();
        await cluster.KillAsync(cluster.Members[0]);
        await WaitAsync(() => clock.AllAnsweredSince(moment, calls: 5), talking);
        // Late ones: a conversation can come to a dead silo with its first call only.
        await cluster.AddAsync();
        return clock.SlowestSince(moment);
    }

    private async Task WaitAsync(Func<bool> condition, Task talking)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            Assert.False(talking.IsFaulted, talking.Exception?.ToString());
            await pace.WaitForNextTickAsync(_deadline.Token);
        }
    }

    private static string Summary(List<TimeSpan> times) => string.Create(
        CultureInfo.InvariantCulture,
        $"n {times.Count}, median {Quantile(times, 0.5).TotalSeconds:0.00} s, p90 {Quantile(times, 0.9).TotalSeconds:0.00} s, p99 {Quantile(times, 0.99).TotalSeconds:0.00} s, max {times.Max().TotalSeconds:0.00} s");

    private static TimeSpan Quantile(List<TimeSpan> times, double share) => times.Order().ElementAt((int)Math.Ceiling(share * times.Count) - 1);
}
