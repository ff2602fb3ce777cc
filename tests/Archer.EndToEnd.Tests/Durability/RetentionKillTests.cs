using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.EndToEnd.Tests.Processes;
using Archer.Replay.Sqlite;
using Archer.Testing;
using Archer.Testing.Grains;
using Archer.Testing.Redis;
using Microsoft.Data.Sqlite;

namespace Archer.EndToEnd.Tests.Durability;

/// <summary>A real process is killed while it removes what has expired: nothing else is lost, and the next one goes on.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class RetentionKillTests : IDisposable
{
    private const int Expired = 600;
    private const int Kept = 20;
    private static readonly string[] ServingOnly = ["--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0"];
    private static readonly string[] ExpireAtOnce = ["--Archer:Retention:Simulated=00:00:00", "--Archer:Retention:Period=00:00:00.010", "--Archer:Retention:MaxPerPass=5"];
    private readonly TemporaryDirectory _directory = new();
    private readonly int _port = SiloProcess.FreePort();

    [Fact]
    public Task KilledSilo_InTheMiddleOfExpiry_FinishesItLater() => KillAsync([], CountInFile);

    [RedisFact]
    public async Task KilledSilo_WithRedis_InTheMiddleOfExpiry_FinishesItLater()
    {
        await using var redis = await RedisServer.StartAsync("--appendfsync", "everysec");
        using var connection = await redis.ConnectAsync();
        await KillAsync(
            [$"--Archer:Redis={redis.ConnectionString}"], () => (int)connection.GetDatabase().SortedSetLength("archer/ended/simulated"));
    }

    public void Dispose() => _directory.Dispose();

    private async Task KillAsync(string[] place, Func<int> count)
    {
        await using (var silo = await SiloProcess.StartAsync(_directory.Path, _port, [.. ServingOnly, .. place]))
        {
            using var client = Client(silo);
            await Task.WhenAll(Enumerable.Range(0, 16).Select(user => PlayAsync(client, user)));
            Assert.Equal(0, await silo.StopAsync());
        }

        Assert.Equal(Expired, count());
        await using (var silo = await SiloProcess.StartAsync(_directory.Path, _port, [.. ServingOnly, .. ExpireAtOnce, .. place]))
        {
            await Eventually.TrueAsync(() => count() < Expired, "some have expired");
            silo.Kill();
        }

        Assert.InRange(count(), 1, Expired - 1);
        await using var next = await SiloProcess.StartAsync(_directory.Path, _port, [.. ServingOnly, .. ExpireAtOnce, .. place]);
        await Eventually.TrueAsync(() => count() == 0, "all have expired");
        await AssertKeptAsync(next);
    }

    private static ArcherClient Client(SiloProcess silo) => new(new ArcherClientOptions { Url = silo.Url, RetryFor = TimeSpan.FromMinutes(1) });

    private static async Task PlayAsync(ArcherClient client, int user)
    {
        for (var number = user; number < Expired; number += 16)
        {
            await client.StartAsync(Start($"sim-{number}", simulated: true));
            await client.EndAsync($"sim-{number}", new EndConversation { Outcome = ConversationOutcome.Terminated });
        }

        for (var number = user; number < Kept; number += 16)
        {
            await client.StartAsync(Start($"open-{number}", simulated: true));
            await client.StartAsync(Start($"real-{number}", simulated: false));
            await client.EndAsync($"real-{number}", new EndConversation { Outcome = ConversationOutcome.Terminated });
        }
    }

    private static StartConversation Start(string id, bool simulated) => new() { Agent = "twenty-questions", Id = id, Simulated = simulated };

    private static async Task AssertKeptAsync(SiloProcess silo)
    {
        using var client = Client(silo);
        for (var number = 0; number < Kept; number++)
        {
            Assert.Equal(ConversationStatus.Open, (await client.ReadAsync($"open-{number}")).Status);
            Assert.Equal(ConversationStatus.Ended, (await client.ReadAsync($"real-{number}")).Status);
        }

        var refusal = await Assert.ThrowsAsync<Archer.Client.ArcherApiException>(() => client.ReadAsync("sim-7"));
        Assert.Equal(Archer.Client.ProblemTypes.ConversationNotFound, refusal.ProblemType);
    }

    /// <summary>Counts beside the process that has the file.</summary>
    private int CountInFile()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, SqliteDatabase.FileName)};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM grain_state WHERE end_kind = 1";
        return Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
