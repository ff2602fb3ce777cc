using System.Text;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.EndToEnd.Tests.Processes;
using Archer.Testing;
using Archer.Testing.Grains;

namespace Archer.EndToEnd.Tests.Durability;

/// <summary>Invariant 7 on the real process: what was erased is in no file.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class ErasureTests : IDisposable
{
    private const string Secret = "the parrot's name is Xanthippe";
    private const string User = "Erika Mustermann/50%";
    private const string Kept = "nobody minds this sentence";
    private static readonly string[] ServingOnly = ["--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0"];

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));
    private readonly int _port = SiloProcess.FreePort();

    [Fact]
    public async Task ErasedConversation_IsInNoFile()
    {
        await using var silo = await SiloProcess.StartAsync(_directory.Path, _port, ServingOnly);
        using var client = Client(silo);
        var erased = await TalkAsync(client, Secret);
        var kept = await TalkAsync(client, Kept);
        Assert.NotEmpty(FilesWith(Secret));

        var erasure = await client.EraseAsync(erased, _deadline.Token);

        Assert.Equal((2, 2), (erasure.Turns, erasure.ReplayRows));
        Assert.Empty(FilesWith(Secret));
        Assert.NotEmpty(FilesWith(Kept));
        Assert.Equal(2, (await client.ReadAsync(kept, _deadline.Token)).Turns.Length);
        Assert.Equal(0, await silo.StopAsync());
        Assert.Empty(FilesWith(Secret));
    }

    [Fact]
    public async Task ErasedUser_IsInNoFile()
    {
        await using var silo = await SiloProcess.StartAsync(_directory.Path, _port, ServingOnly);
        using var client = Client(silo);
        for (var conversation = 0; conversation < 3; conversation++)
        {
            await TalkAsync(client, Secret);
        }

        var erasure = await client.EraseUserAsync(User, cancellationToken: _deadline.Token);

        Assert.Equal((3, 6, 6), (erasure.Conversations, erasure.Turns, erasure.ReplayRows));
        Assert.Empty(FilesWith(Secret));
        Assert.Empty(FilesWith(User));
        Assert.Equal(0, await silo.StopAsync());
        Assert.Empty(FilesWith(Secret));
    }

    [Fact]
    public async Task ErasureThatWasKilled_RepeatedAnswersFullyAndLeavesNothing()
    {
        var silo = await SiloProcess.StartAsync(_directory.Path, _port, ServingOnly);
        try
        {
            for (var round = 0; round < 4; round++)
            {
                using var client = Client(silo);
                var id = await TalkAsync(client, Secret);
                var before = Layout();
                var erasing = client.EraseAsync(id, _deadline.Token);
                Func<bool>[] moments = [() => true, () => Layout() != before, () => FilesWith(Secret).Count == 0, () => false];
                await Eventually.TrueAsync(() => erasing.IsCompleted || moments[round](), $"the erasure has come to moment {round}");
                silo.Kill();
                await silo.DisposeAsync();
                silo = await SiloProcess.StartAsync(_directory.Path, _port, ServingOnly);

                // The client sends it again by itself.
                await erasing;
                var erasure = await client.EraseAsync(id, _deadline.Token);

                Assert.Equal((2, 2), (erasure.Turns, erasure.ReplayRows));
                Assert.Empty(FilesWith(Secret));
            }
        }
        finally
        {
            await silo.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _directory.Dispose();
    }

    private static ArcherClient Client(SiloProcess silo) => new(new ArcherClientOptions { Url = silo.Url, RetryFor = TimeSpan.FromMinutes(1) });

    private async Task<string> TalkAsync(ArcherClient client, string text)
    {
        var agent = (await client.ReadAgentsAsync(_deadline.Token)).Agents[0].Name;
        var rows = (await client.ReadMetricsAsync(agent, _deadline.Token)).ReplayRows;
        var id = (await client.StartAsync(new StartConversation { Agent = agent, User = User }, _deadline.Token)).Id;
        for (var turn = 0; turn < 2; turn++)
        {
            await client.SayAsync(id, new UserMessage { Text = text, Key = $"{turn}" }, _deadline.Token);
        }

        await client.EndAsync(id, new EndConversation { Outcome = ConversationOutcome.Terminated, Text = text, Key = "end" }, _deadline.Token);
        await Eventually.TrueAsync(async () => (await client.ReadMetricsAsync(agent, _deadline.Token)).ReplayRows >= rows + 2, "both turns are in the replay buffer");
        return id;
    }

    /// <summary>Names, lengths and times of the database's files: they change with every write.</summary>
    private string Layout() => string.Join('\n', new DirectoryInfo(_directory.Path).EnumerateFiles("archer.db*")
        .Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal));

    /// <summary>Files under the data directory that hold a text, as UTF-8 or as JSON escapes it.</summary>
    private List<string> FilesWith(string text)
    {
        var escaped = System.Text.Json.JsonSerializer.Serialize(text).Trim('"');
        byte[][] needles = [Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(escaped)];
        return [.. Directory.EnumerateFiles(_directory.Path, "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).Length > 0 && needles.Any(needle => ReadAll(file).AsSpan().IndexOf(needle) >= 0))];
    }

    private static byte[] ReadAll(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
