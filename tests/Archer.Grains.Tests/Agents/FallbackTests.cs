using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Grains.Agents;
using Archer.Grains.History;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Agents;

public sealed class FallbackTests : IAsyncLifetime
{
    private const string Damage = "model.safetensors, offset 8: expected 1 byte more.";
    private GrainPlatform _platform = null!;

    private IAgentGrain Agent => _platform.AgentGrain;

    private ScriptedPolicy Policy => _platform.Policy;

    public async Task InitializeAsync()
    {
        _platform = await GrainPlatform.StartAsync();
        Policy.Available = ["v000000", "v000001", "v000002", "v000003"];
        foreach (var version in Policy.Available.Skip(1))
        {
            await Agent.AnnounceAsync(new AnnounceVersion { Version = version });
        }
    }

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Say_ServingVersionIsDamaged_NewestEarlierOneThatLoadsAnswersAndServes(bool stream)
    {
        Spoil("v000003", "v000002");

        var reply = await SayAsync("c", stream);

        Assert.Equal("v000001", reply.PolicyVersion);
        Assert.EndsWith("of v000001?", reply.Text, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await _platform.Conversation("c").ReadAsync()).Turns.Length == 1, "one turn");
        var view = await Agent.ReadAsync();
        Assert.Equal(("v000001", "v000003"), (view.Current, view.Previous));
        Assert.Equal(("v000003", Damage), (view.Fallback?.From, view.Fallback?.Reason));
        var metrics = await Agent.GetMetricsAsync();
        Assert.Equal(("v000001", "v000003"), (metrics.PolicyVersion, metrics.FallbackFrom));
        var history = _platform.Grains.GetGrain<IAgentHistoryGrain>(GrainPlatform.Agent);
        await Eventually.TrueAsync(async () => (await history.ReadAsync()).Versions[^1].Version == "v000001", "the change is in the history");
    }

    [Fact]
    public async Task Say_NoEarlierVersionLoads_TheBaseServesThenNothing()
    {
        Spoil("v000003", "v000002", "v000001");
        Assert.Equal("v000000", (await SayAsync("c")).PolicyVersion);
        Policy.Refused.Clear();
        Spoil("v000000");

        var failure = await Assert.ThrowsAsync<PolicyUnavailableException>(() => SayAsync("d"));

        Assert.Equal($"Version v000000, which agent quiz serves, cannot answer: {Damage}", failure.Message);
        Assert.Equal("v000000", (await Agent.ReadAsync()).Current);
        Assert.Empty((await _platform.Conversation("d").ReadAsync()).Turns);
    }

    [Fact]
    public async Task Say_ManyAtOnce_MoveThePointerOnce()
    {
        Spoil("v000003");

        var replies = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => SayAsync($"c-{i}", stream: i % 2 == 0)));

        Assert.All(replies, reply => Assert.Equal("v000002", reply.PolicyVersion));
        Assert.Equal(("v000002", "v000003"), await ServingAsync());
    }

    [Fact]
    public async Task Fallback_SurvivesARestart_AndEndsWithTheNextChange()
    {
        Spoil("v000003");
        await SayAsync("c");
        await _platform.StopAsync();
        await _platform.RestartAsync();
        Assert.Equal("v000003", (await Agent.ReadAsync()).Fallback?.From);
        Policy.Available = [.. Policy.Available!, "v000004"];

        var view = await Agent.AnnounceAsync(new AnnounceVersion { Version = "v000004" });

        Assert.Equal(("v000004", null), (view.Current, view.Fallback));
        Assert.Null((await Agent.GetMetricsAsync()).FallbackFrom);
    }

    [Fact]
    public async Task Restart_ServingVersionIsDamaged_AnotherServesBeforeAnybodySaysAWord()
    {
        Spoil("v000003");
        await _platform.StopAsync();

        await _platform.RestartAsync();

        await Eventually.TrueAsync(async () => (await Agent.ReadAsync()).Current == "v000002", "another version serves");
        Assert.Equal("v000003", (await Agent.ReadAsync()).Fallback?.From);
    }

    [Fact]
    public async Task Rollback_AfterAFallback_IsRefusedWithTheDamageUntilItIsMended()
    {
        Spoil("v000003");
        await SayAsync("c");
        Assert.Equal(Damage, (await Assert.ThrowsAsync<VersionRefusedException>(() => Agent.RollbackAsync())).Message);
        Policy.Refused.Clear();

        var view = await Agent.RollbackAsync();

        Assert.Equal(("v000003", null), (view.Current, view.Fallback));
    }

    [Fact]
    public async Task Say_TrialVersionIsDamaged_TheTrialEndsAndTheOtherAnswers()
    {
        await Agent.ServeAsync(new ServeVersion { Version = "v000001", Candidate = "v000003", CanaryShare = 1 });
        Spoil("v000003");

        Assert.Equal("v000001", (await SayAsync("c")).PolicyVersion);

        var view = await Agent.ReadAsync();
        Assert.Equal(("v000001", null, 0.0, null), (view.Current, view.Candidate, view.CanaryShare, view.Fallback));
    }

    [Fact]
    public async Task Say_RefusalHasPassed_TheSameVersionAnswers()
    {
        Policy.Unanswering["v000003"] = Damage;
        Policy.Loading = version => Policy.Unanswering.TryRemove(version, out _);

        Assert.Equal("v000003", (await SayAsync("c")).PolicyVersion);

        Assert.Null((await Agent.ReadAsync()).Fallback);
    }

    [Fact]
    public async Task Say_PinnedToADamagedVersion_IsRefusedAndChangesNothing()
    {
        Spoil("v000003");
        var pinned = await _platform.BeginAsync("c", start => start with { PolicyVersion = "v000003" });

        await Assert.ThrowsAsync<VersionRefusedException>(() => pinned.SayAsync(new UserMessage { Text = "a" }));

        Assert.Equal(("v000003", "v000002"), await ServingAsync());
    }

    private void Spoil(params string[] versions)
    {
        foreach (var version in versions)
        {
            Policy.Refused[version] = Damage;
            Policy.Unanswering[version] = Damage;
        }
    }

    private async Task<(string, string?)> ServingAsync()
    {
        var view = await Agent.ReadAsync();
        return (view.Current, view.Previous);
    }

    private async Task<TurnReply> SayAsync(string id, bool stream = false)
    {
        var conversation = await _platform.BeginAsync(id);
        if (!stream)
        {
            return await conversation.SayAsync(new UserMessage { Text = "a" });
        }

        TurnReply? reply = null;
        await foreach (var fragment in conversation.StreamSayAsync(new UserMessage { Text = "a" }))
        {
            reply = fragment.Reply ?? reply;
        }

        return reply!;
    }
}
