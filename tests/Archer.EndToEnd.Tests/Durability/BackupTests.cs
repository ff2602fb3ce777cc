using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.EndToEnd.Tests.Documents;
using Archer.EndToEnd.Tests.Processes;
using Archer.Testing;
using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Durability;

/// <summary>The commands of docs/operations.md: what was there at the backup is there after the restore, what came later is not.</summary>
[Trait("Category", "Slow")]
public sealed class BackupTests : IDisposable
{
    private static readonly string[] ServingOnly = ["--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0", "--Archer:StatusSeconds=0"];
    private readonly MarkdownDocument _operations = MarkdownDocument.Open("docs/operations.md");
    private readonly TemporaryDirectory _directory = new();
    private readonly int _port = SiloProcess.FreePort();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Restore_OfFiles_IsTheMomentOfTheBackup()
    {
        await TalkAsync("kept", []);
        await RunAsync("backup");
        await TalkAsync("later", []);
        await RunAsync("restore");

        await AssertRestoredAsync([]);
    }

    [RedisFact]
    public async Task Restore_OfRedis_IsTheMomentOfTheBackup()
    {
        await using var redis = await RedisServer.StartAsync();
        string[] settings = [$"--Archer:Redis={redis.ConnectionString}"];
        await TalkAsync("kept", settings);
        await redis.KillAsync();
        await RunAsync("backup");
        await RunAsync("backup-redis", redis.Directory);
        await redis.RestartAsync();
        await TalkAsync("later", settings);
        await redis.KillAsync();
        await RunAsync("restore");
        await RunAsync("restore-redis", redis.Directory);
        await redis.RestartAsync();

        await AssertRestoredAsync(settings);
    }

    /// <summary>One conversation of two turns, brought to the replay buffer, by a platform that is stopped afterwards.</summary>
    private async Task TalkAsync(string id, string[] settings)
    {
        await using var silo = await StartAsync(settings);
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url });
        var before = (await client.ReadMetricsAsync("twenty-questions")).ReplayRows;
        await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = id });
        await client.SayAsync(id, new UserMessage { Text = "Let's play.", Key = "0" });
        await client.SayAsync(id, new UserMessage { Text = "No.", Reward = -1, Key = "1" });
        await client.EndAsync(id, new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = 0, Key = "end" });
        await ReplayAudit.WaitUntilDrainedAsync(client, (int)before + 2);
        Assert.Equal(0, await silo.StopAsync());
    }

    private async Task AssertRestoredAsync(string[] settings)
    {
        await using var silo = await StartAsync(settings);
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url });
        var kept = await client.ReadAsync("kept");
        Assert.Equal((2, ConversationStatus.Ended, -1.0), (kept.Turns.Length, kept.Status, kept.Return));
        Assert.Equal(2, (await client.ReadMetricsAsync("twenty-questions")).ReplayRows);
        var gone = await Assert.ThrowsAsync<Archer.Client.ArcherApiException>(() => client.ReadAsync("later"));
        Assert.Equal(404, (int)gone.Status);
        await client.StartAsync(new StartConversation { Agent = "twenty-questions", Id = "later" });
        Assert.NotEmpty((await client.SayAsync("later", new UserMessage { Text = "Let's play.", Key = "0" })).Text);
    }

    private Task<SiloProcess> StartAsync(string[] settings) => SiloProcess.StartInAsync(_directory.Path, _port, [.. ServingOnly, .. settings]);

    private async Task RunAsync(string section, string? redis = null)
    {
        var block = _operations.Blocks.Single(block => block.Language == "sh" && block.Info == section);
        var shell = new DocumentShell(_directory.Path, new Uri($"http://127.0.0.1:{_port}"));
        foreach (var command in MarkdownDocument.Commands(block))
        {
            var result = await shell.RunAsync(redis is null ? command : command.Replace("/var/lib/redis", redis, StringComparison.Ordinal));
            Assert.True(result.Code == 0, $"{command}\nended with {result.Code}: {result.Errors}");
        }
    }
}
