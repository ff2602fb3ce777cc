using System.Diagnostics;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Policies;
using Archer.EndToEnd.Tests.Cluster;
using Archer.EndToEnd.Tests.Durability;
using Archer.EndToEnd.Tests.Processes;
using Archer.Policy.Checkpoints;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Testing;
using Archer.Testing.Grains;
using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Policies;

/// <summary>Versions are published while users talk, and no request notices.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class SwapTests
{
    private const string Agent = "twenty-questions";
    private const int Conversations = 256;
    private const int Versions = 20;

    [Fact]
    public async Task TwentyVersionsUnderLoad_FailNoRequestAndMixNoUtterance()
    {
        using var directory = new TemporaryDirectory();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var silo = await SiloProcess.StartAsync(
            directory.Path, SiloProcess.FreePort(), "--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0");
        // Nothing is sent twice: a request that fails once fails the test.
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url, RetryFor = TimeSpan.Zero });
        var journal = new ClientJournal();
        var drivers = new ConversationDrivers(client, journal, seed: 1, atOnce: 64);
        var turns = drivers.TurnsOfFirst(Conversations);

        var conversations = drivers.RunAsync(Conversations, deadline.Token);
        var published = new List<string>();
        foreach (var version in WriteVersions(Path.Combine(directory.Path, "policies")))
        {
            await journal.WaitForAsync(turns * published.Count / (Versions + 1), deadline.Token);
            var view = await client.AnnounceAsync(Agent, new AnnounceVersion { Version = version }, deadline.Token);
            Assert.Equal(version, view.Current);
            published.Add(version);
        }

        await conversations;
        Assert.Equal(turns, journal.Replies.Count);
        Assert.Subset(new HashSet<string>([.. published, PolicyVersionName.Of(0)]), journal.Replies.Values.Select(reply => reply.PolicyVersion).ToHashSet());
        Assert.True(journal.Replies.Values.Select(reply => reply.PolicyVersion).Distinct().Count() > Versions / 2);
        await ReplayAudit.StateHoldsEveryReplyAsync(client, journal);
    }

    [RedisFact]
    public async Task VersionAndRollback_OnSeveralSilos_ServeOnAllWithinASecond()
    {
        await using var cluster = await SiloCluster.StartAsync(3);
        var silos = cluster.Members.Select(member => new ArcherClient(new ArcherClientOptions { Url = member.Process.Url })).ToArray();
        Assert.All(await AnswersAsync(silos), version => Assert.Equal(PolicyVersionName.Of(0), version));
        var published = WriteVersions(cluster.Policies).First();

        await cluster.Client.ServeAsync(Agent, new ServeVersion { Version = published });
        Assert.InRange(await UntilAllAnswerAsync(silos, published), TimeSpan.Zero, TimeSpan.FromSeconds(1));

        await cluster.Client.RollBackAsync(Agent);
        Assert.InRange(await UntilAllAnswerAsync(silos, PolicyVersionName.Of(0)), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Array.ForEach(silos, silo => silo.Dispose());
    }

    /// <summary>
    /// Time after which turns that begin on each silo are answered by a version: what serves is decided when they begin, how long the machine takes over
    /// them is another matter.
    /// </summary>
    private static async Task<TimeSpan> UntilAllAnswerAsync(ArcherClient[] silos, string version)
    {
        var clock = Stopwatch.StartNew();
        var began = TimeSpan.Zero;
        await Eventually.TrueAsync(
            async () =>
            {
                began = clock.Elapsed;
                return (await AnswersAsync(silos)).All(answered => answered == version);
            },
            $"all silos answer with {version}");
        return began;
    }

    private static Task<string[]> AnswersAsync(ArcherClient[] silos) => Task.WhenAll(silos.Select(async silo =>
    {
        var conversation = await silo.StartAsync(new StartConversation { Agent = Agent });
        return (await silo.SayAsync(conversation.Id, new UserMessage { Text = "yes" })).PolicyVersion;
    }));

    /// <summary>Versions with weights of their own, made from the base by a small change.</summary>
    private static IEnumerable<string> WriteVersions(string policies)
    {
        using var backend = TensorBackends.Cpu();
        var store = new CheckpointStore(policies, Agent, TimeProvider.System);
        using var policy = PolicyCheckpoint.Load(backend, store.Open(PolicyVersionName.Of(0)));
        for (var i = 0; i < Versions; i++)
        {
            Perturb(policy.Actor);
            yield return store.Write(new CheckpointDraft { Files = PolicyCheckpoint.Files(policy.Actor, policy.Critic, policy.Tokenizer) }).Version;
        }
    }

    private static void Perturb(LlamaDecoder actor)
    {
        var parameter = actor.Parameters[0];
        var values = parameter.Tensor.Values.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= 1.001f;
        }

        parameter.Tensor.Write(values);
    }
}
