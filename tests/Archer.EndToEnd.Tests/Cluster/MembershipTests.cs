using Archer.EndToEnd.Tests.Durability;
using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Cluster;

/// <summary>
/// Invariants 1 and 2 while silos come and go. The queues of the streams live in the silos' memory and die with them: the audit shows that nothing of what
/// they held is lost, and that nothing is doubled by who sends it again.
/// </summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
[Trait("Category", "Slow")]
public sealed class MembershipTests : IDisposable
{
    private const ulong Seed = 20261130;
    private const int Between = 100;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(5));
    private readonly ClientJournal _journal = new();

    public void Dispose() => _deadline.Dispose();

    [RedisFact]
    public async Task SilosKilledStoppedAndAdded_QueuesThatDieWithThem_LoseAndDoubleNothing()
    {
        await using var cluster = await SiloCluster.StartAsync(3);

        await TalkWhileAsync(cluster, async () =>
        {
            await cluster.KillAsync(cluster.Members[0]);
            // Its row is still there: the new one joins all the same.
            await cluster.AddAsync();
            await MoreRepliesAsync();
            Assert.Equal(0, await cluster.StopAsync(cluster.Members[0]));
            await MoreRepliesAsync();
            await cluster.AddAsync();
        });
    }

    [RedisFact]
    public async Task RollingRestart_LosesAndDoublesNothing()
    {
        await using var cluster = await SiloCluster.StartAsync(3);

        await TalkWhileAsync(cluster, async () =>
        {
            foreach (var member in cluster.Members.ToArray())
            {
                Assert.Equal(0, await cluster.StopAsync(member));
                await cluster.AddAsync(member);
                await MoreRepliesAsync();
            }
        });
    }

    [RedisFact]
    public async Task RedisKilledUnderSeveralSilos_LosesAndDoublesNothing()
    {
        await using var cluster = await SiloCluster.StartAsync(3);

        await TalkWhileAsync(cluster, async () =>
        {
            for (var kill = 0; kill < 3; kill++)
            {
                await cluster.Redis.KillAsync();
                await cluster.Redis.RestartAsync();
                await MoreRepliesAsync();
            }
        });
        Assert.DoesNotContain(cluster.Members, member => member.Process.HasExited);
    }

    /// <summary>Users talk before, while and after something happens; then nothing is missing.</summary>
    private async Task TalkWhileAsync(SiloCluster cluster, Func<Task> events)
    {
        var drivers = new ConversationDrivers(cluster.Client, _journal, Seed);
        try
        {
            var conversations = await drivers.RunUntilAsync(HappenAsync(events), Pace, _deadline.Token);
            await cluster.AuditAsync(_journal, conversations);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{cluster.Output}", failure);
        }
    }

    private async Task HappenAsync(Func<Task> events)
    {
        await MoreRepliesAsync();
        await events();
        await MoreRepliesAsync();
    }

    private Task MoreRepliesAsync() => _journal.WaitForAsync(_journal.Replies.Count + Between, _deadline.Token);
}
