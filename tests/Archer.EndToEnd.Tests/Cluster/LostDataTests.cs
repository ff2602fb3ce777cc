using System.Diagnostics;
using System.Net;
using Archer.Client;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Testing.Redis;
using StackExchange.Redis;

namespace Archer.EndToEnd.Tests.Cluster;

/// <summary>What silos do when the data that they run on goes away under them, or goes back in time.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
[Trait("Category", "Slow")]
public sealed class LostDataTests
{
    private const string Agent = "twenty-questions";
    private const int DataGone = 3;
    private static readonly TimeSpan ToNotice = TimeSpan.FromMinutes(1);

    [RedisFact]
    public async Task RedisEmptied_EverySiloEndsWithOneSentence_AndANewOneBeginsAnew()
    {
        await using var cluster = await SiloCluster.StartAsync(3);
        await cluster.Client.StartAsync(new StartConversation { Agent = Agent, Id = "gone" });
        using var redis = await cluster.Redis.ConnectAsync();

        await redis.GetDatabase().ScriptEvaluateAsync("return redis.call('FLUSHALL')");

        foreach (var member in cluster.Members.ToArray())
        {
            Assert.Equal(DataGone, await member.Process.WaitForExitAsync(ToNotice));
            Assert.Contains("The silo stops: Redis was emptied", member.Process.Output, StringComparison.Ordinal);
            await cluster.KillAsync(member);
        }

        await cluster.AddAsync();
        await cluster.Client.StartAsync(new StartConversation { Agent = Agent, Id = "gone" });
        Assert.NotEmpty((await cluster.Client.SayAsync("gone", new UserMessage { Text = "Let's play.", Key = "0" })).Text);
    }

    [RedisFact]
    public async Task MembersRemoved_SiloEndsWithASentence()
    {
        await using var cluster = await SiloCluster.StartAsync(1);
        using var redis = await cluster.Redis.ConnectAsync();

        Assert.True(await redis.GetDatabase().KeyDeleteAsync(Keys(redis, "archer/members/*").Single()));

        var process = cluster.Members[0].Process;
        Assert.Equal(DataGone, await process.WaitForExitAsync(ToNotice));
        Assert.Contains("The silo stops: the cluster's members cannot be read from Redis", process.Output, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task FailoverThatLosesAWrite_IsToldAsTransient_AndTheRetrySucceeds()
    {
        await using var cluster = await SiloCluster.StartAsync(1);
        using var once = new ArcherClient(new ArcherClientOptions { Url = cluster.Members[0].Process.Url, RetryFor = TimeSpan.Zero });
        using var redis = await cluster.Redis.ConnectAsync();
        await once.StartAsync(new StartConversation { Agent = Agent, Id = "failover" });
        await once.SayAsync("failover", new UserMessage { Text = "Let's play.", Key = "0" });
        var earlier = await DumpAsync(redis, "failover");
        await once.SayAsync("failover", new UserMessage { Text = "No.", Key = "1" });
        // What a replica that had not seen the last write holds when it takes over.
        await RestoreAsync(redis, earlier);

        var refused = await Assert.ThrowsAsync<ArcherApiException>(() => once.SayAsync("failover", new UserMessage { Text = "Yes.", Key = "2" }));
        var reply = await cluster.Client.SayAsync("failover", new UserMessage { Text = "Yes.", Key = "2" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.True(refused.RetryAfter >= TimeSpan.FromSeconds(1));
        // The turn that the failover lost is not there any more; what comes after it is in its place.
        Assert.Equal(1, reply.Turn);
        Assert.Equal(2, (await cluster.Client.ReadAsync("failover")).Turns.Length);
    }

    /// <summary>A row that a killed silo left behind delays the next one, with no silo there to find it dead, but not for long.</summary>
    [RedisTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnlySiloKilled_TheNextOneIsReadySoon_OnTheSamePortsAndOnOthers(bool samePorts)
    {
        var began = Stopwatch.GetTimestamp();
        await using var cluster = await SiloCluster.StartAsync(1);
        var first = Stopwatch.GetElapsedTime(began);
        var killed = cluster.Members[0];
        await cluster.KillAsync(killed);

        began = Stopwatch.GetTimestamp();
        await cluster.AddAsync(samePorts ? killed : null);

        // What a start takes on this machine, and the time until the row counts as left behind.
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, first + TimeSpan.FromSeconds(12));
    }

    private static async Task<IReadOnlyList<(RedisKey Key, byte[] Value)>> DumpAsync(ConnectionMultiplexer redis, string conversation)
    {
        var keys = Keys(redis, $"archer/state/*{conversation}*");
        Assert.NotEmpty(keys);
        return [.. await Task.WhenAll(keys.Select(async key => (key, (await redis.GetDatabase().KeyDumpAsync(key))!)))];
    }

    private static async Task RestoreAsync(ConnectionMultiplexer redis, IReadOnlyList<(RedisKey Key, byte[] Value)> dump)
    {
        foreach (var (key, value) in dump)
        {
            await redis.GetDatabase().ExecuteAsync("RESTORE", key, 0, value, "REPLACE");
        }
    }

    private static IReadOnlyList<RedisKey> Keys(ConnectionMultiplexer redis, string pattern) =>
        [.. redis.GetServer(redis.GetEndPoints().Single()).Keys(pattern: pattern)];
}
