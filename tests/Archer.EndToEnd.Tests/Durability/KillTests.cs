using System.Globalization;
using Archer.Client.Http;
using Archer.Client.Randomness;
using Archer.EndToEnd.Tests.Processes;
using Archer.Replay.Redis;
using Archer.Replay.Sqlite;
using Archer.Testing;
using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Durability;

/// <summary>
/// Invariants 1 and 2 on the real process: what a client has seen survives SIGKILL, and replay has each finished turn once. <c>ARCHER_KILLS</c> sets how
/// often each test kills.
/// </summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class KillTests : IDisposable
{
    private const int Conversations = 200;
    private const ulong Seed = 20261121;
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("ARCHER_KILLS") ?? "6", CultureInfo.InvariantCulture);
    private static readonly string[] ServingOnly = ["--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0"];

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(6));
    private readonly ClientJournal _journal = new();
    private readonly int _port = SiloProcess.FreePort();

    [Fact]
    public async Task KilledSilo_LosesAndDoublesNothing()
    {
        await KillSiloAsync(ServingOnly);

        using var database = SqliteDatabase.Open(_directory.Path);
        await ReplayAudit.RowsAreTheFinishedTurnsAsync(new SqliteReplayStore(database), _journal);
    }

    [RedisFact]
    public async Task KilledSilo_WithRedis_LosesAndDoublesNothing()
    {
        await using var redis = await RedisServer.StartAsync();

        // At the same address a silo that starts again takes its killed one's place at once.
        string[] place = [$"--ORLEANS_SILO_PORT={SiloProcess.FreePort()}", $"--ORLEANS_GATEWAY_PORT={SiloProcess.FreePort()}"];
        await KillSiloAsync([.. ServingOnly, .. place, $"--Archer:Redis={redis.ConnectionString}"]);

        using var connection = await redis.ConnectAsync();
        await ReplayAudit.RowsAreTheFinishedTurnsAsync(new RedisReplayStore(connection), _journal);
    }

    [RedisFact]
    public async Task KilledRedis_LosesAndDoublesNothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await SiloProcess.StartAsync(_directory.Path, _port, [.. ServingOnly, $"--Archer:Redis={redis.ConnectionString}"]);
        using var client = Client(silo);
        var drivers = new ConversationDrivers(client, _journal, Seed);

        var conversations = drivers.RunAsync(Conversations, _deadline.Token);
        foreach (var moment in Moments(drivers.TurnsOfFirst(Conversations)))
        {
            await _journal.WaitForAsync(moment, _deadline.Token);
            await redis.KillAsync();
            await redis.RestartAsync();
        }

        await conversations;
        await AuditAsync(client);
        using var connection = await redis.ConnectAsync();
        await ReplayAudit.RowsAreTheFinishedTurnsAsync(new RedisReplayStore(connection), _journal);
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _directory.Dispose();
    }

    private async Task KillSiloAsync(string[] settings)
    {
        var silo = await SiloProcess.StartAsync(_directory.Path, _port, settings);
        using var client = Client(silo);
        var drivers = new ConversationDrivers(client, _journal, Seed);
        try
        {
            var conversations = drivers.RunAsync(Conversations, _deadline.Token);
            foreach (var moment in Moments(drivers.TurnsOfFirst(Conversations)))
            {
                await _journal.WaitForAsync(moment, _deadline.Token);
                silo.Kill();
                await silo.DisposeAsync();
                silo = await SiloProcess.StartAsync(_directory.Path, _port, settings);
            }

            await conversations;
            await AuditAsync(client);
            Assert.Equal(0, await silo.StopAsync());
        }
        finally
        {
            await silo.DisposeAsync();
        }
    }

    private async Task AuditAsync(ArcherClient client)
    {
        Assert.Equal(Conversations, _journal.Ended.Count);
        await ReplayAudit.WaitUntilDrainedAsync(client, _journal.Replies.Count);
        await ReplayAudit.StateHoldsEveryReplyAsync(client, _journal);
    }

    private static ArcherClient Client(SiloProcess silo) => new(new ArcherClientOptions { Url = silo.Url, RetryFor = TimeSpan.FromMinutes(2) });

    /// <summary>Numbers of acknowledged turns at which something is killed: random, seeded, in order.</summary>
    private static IEnumerable<int> Moments(int turns)
    {
        var random = new SplitMix64(Seed);
        return Enumerable.Range(0, Kills).Select(_ => 1 + random.NextInt(turns - 1)).Order().ToArray();
    }
}
