using Archer.Client.Http;
using Archer.Client.Randomness;
using Archer.Client.Replay;
using Archer.EndToEnd.Tests.Processes;
using Archer.Testing;

namespace Archer.EndToEnd.Tests.Durability;

/// <summary>Invariants 1 and 2 on the real process: what a client has seen survives SIGKILL, and replay has each finished turn once.</summary>
[Collection(nameof(Processes))]
public sealed class KillTests
{
    private const int Conversations = 200;
    private const int Kills = 20;
    private const ulong Seed = 20261121;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);
    private static readonly string[] ServingOnly = ["--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0"];

    [Fact]
    public async Task KilledSilo_LosesAndDoublesNothing()
    {
        using var directory = new TemporaryDirectory();
        using var deadline = new CancellationTokenSource(Deadline);
        var port = SiloProcess.FreePort();
        var silo = await SiloProcess.StartAsync(directory.Path, port, ServingOnly);
        var journal = new ClientJournal();
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url, RetryFor = TimeSpan.FromMinutes(2) });
        var drivers = new ConversationDrivers(client, journal, Seed);
        try
        {
            var conversations = drivers.RunAsync(Conversations, deadline.Token);
            foreach (var moment in Moments(drivers.TurnsOfFirst(Conversations)))
            {
                await journal.WaitForAsync(moment, deadline.Token);
                silo.Kill();
                await silo.DisposeAsync();
                silo = await SiloProcess.StartAsync(directory.Path, port, ServingOnly);
            }

            await conversations;
            await ReplayAudit.WaitUntilDrainedAsync(client, journal.Replies.Count);
            await ReplayAudit.StateHoldsEveryReplyAsync(client, journal);
            Assert.Equal(0, await silo.StopAsync());
        }
        finally
        {
            await silo.DisposeAsync();
        }

        Assert.Equal(Conversations, journal.Ended.Count);
        await using var store = new LocalReplayStore(new LocalReplayOptions { Directory = Path.Combine(directory.Path, "replay") });
        await ReplayAudit.RowsAreTheFinishedTurnsAsync(store, journal);
    }

    /// <summary>Numbers of acknowledged turns at which the process is killed: random, seeded, in order.</summary>
    private static IEnumerable<int> Moments(int turns)
    {
        var random = new SplitMix64(Seed);
        return Enumerable.Range(0, Kills).Select(_ => 1 + (int)(random.Next() % (ulong)(turns - 1))).Order();
    }
}
