using Archer.Client;
using Archer.Client.Conversations;
using Archer.Replay;
using Archer.Testing.Grains;

namespace Archer.Grains.Tests.Conversations;

public sealed class ConversationGrainTests : IAsyncLifetime
{
    private GrainPlatform _platform = null!;

    public async Task InitializeAsync() =>
        _platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("TurnLimit", "3"), GrainPlatform.AgentSetting("DefaultReward", "-1"));

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Say_TwoTurns_AsksThePolicyWithTheRecordedIds()
    {
        var conversation = await _platform.BeginAsync("c");

        var first = await conversation.SayAsync(new UserMessage { Text = "Hi" });
        var second = await conversation.SayAsync(new UserMessage { Text = "Yes.", Reward = -1 });

        Assert.Equal((0, "Question 0 of v000000?", "v000000", 0f, 2), (first.Turn, first.Text, first.PolicyVersion, first.Value, first.TurnsLeft));
        Assert.Equal((1, "Question 1 of v000000?", 1), (second.Turn, second.Text, second.TurnsLeft));
        var request = _platform.Policy.Requests[1];
        var past = Assert.Single(request.History);
        Assert.Equal(("Hi", "Question 0 of v000000?"), (past.UserText, past.AgentText));
        Assert.Equal(ScriptedPolicy.PromptIds("Hi"), past.PromptTokenIds);
        Assert.Equal(ScriptedPolicy.UtteranceIds("Question 0 of v000000?"), past.UtteranceTokenIds);
        Assert.Equal(("You ask questions.", "Yes."), (request.SystemPrompt, request.UserText));
    }

    [Fact]
    public async Task Say_EachTurn_HasAnotherSeedThatFollowsFromIdAndTurn()
    {
        foreach (var id in new[] { "a", "b" })
        {
            var conversation = await _platform.BeginAsync(id);
            await conversation.SayAsync(new UserMessage { Text = "x" });
            await conversation.SayAsync(new UserMessage { Text = "x" });
        }

        var seeds = _platform.Policy.Requests.Select(request => request.Sampling.Seed).ToList();

        Assert.Equal(4, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.True(seed < 1UL << 53));
        await using var other = await GrainPlatform.StartAsync();
        await (await other.BeginAsync("a")).SayAsync(new UserMessage { Text = "another text" });
        Assert.Equal(seeds[0], other.Policy.Requests[0].Sampling.Seed);
    }

    [Fact]
    public async Task Say_SameKey_GivesTheStoredReplyWithoutThePolicy()
    {
        var conversation = await _platform.BeginAsync("c");
        var message = new UserMessage { Text = "Hi", Key = "k" };

        var first = await conversation.SayAsync(message);
        await conversation.SayAsync(new UserMessage { Text = "Yes.", Key = "k2" });
        var again = await conversation.SayAsync(message);

        Assert.Equal(first with { }, again);
        Assert.Equal(2, _platform.Policy.Requests.Count);
    }

    [Fact]
    public async Task Say_SameKeyOtherText_Conflicts()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi", Key = "k" });

        var failure = await Assert.ThrowsAsync<ConflictException>(() => conversation.SayAsync(new UserMessage { Text = "Ho", Key = "k" }));

        Assert.Equal("Key k of conversation c was used for another text: choose another key.", failure.Message);
    }

    [Fact]
    public async Task Say_SameKeyOtherReward_Conflicts()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi", Key = "1" });
        var message = new UserMessage { Text = "No.", Reward = 1, Key = "2" };
        var reply = await conversation.SayAsync(message);
        await conversation.RewardAsync(new RewardReport { Turn = 0, Reward = 3 });

        await Assert.ThrowsAsync<ConflictException>(() => conversation.SayAsync(message with { Reward = 3 }));
        await Assert.ThrowsAsync<ConflictException>(() => conversation.SayAsync(message with { Reward = null }));
        await Assert.ThrowsAsync<ConflictException>(() => conversation.SayAsync(new UserMessage { Text = "Hi", Key = "1", Reward = 1 }));

        Assert.Equal(reply, await conversation.SayAsync(message));
        Assert.Equal(3f, (await conversation.ReadAsync()).Turns[0].Reward);
    }

    [Fact]
    public async Task End_SameKeyOtherContent_Conflicts()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        var end = new EndConversation { Outcome = ConversationOutcome.Terminated, Text = "Bye.", Reward = 1, Key = "end" };
        await conversation.EndAsync(end);

        foreach (var other in new[] { end with { Outcome = ConversationOutcome.Truncated }, end with { Text = "Bye!" }, end with { Text = null }, end with { Reward = 2 }, end with { Reward = null } })
        {
            await Assert.ThrowsAsync<ConflictException>(() => conversation.EndAsync(other));
        }

        Assert.Equal(1.0, (await conversation.EndAsync(end)).Return);
    }

    [Fact]
    public async Task Say_PolicyFails_ChangesNothingAndMayBeRepeated()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        var before = await conversation.ReadAsync();
        var state = _platform.Disk.Find("conversation", "c");
        _platform.Policy.FailNext();

        await Assert.ThrowsAsync<PolicyUnavailableException>(() => conversation.SayAsync(new UserMessage { Text = "Yes.", Reward = -1, Key = "k" }));

        var after = await conversation.ReadAsync();
        Assert.Equal(before.Turns.AsEnumerable(), after.Turns);
        Assert.Equal(state, _platform.Disk.Find("conversation", "c"));
        var reply = await conversation.SayAsync(new UserMessage { Text = "Yes.", Reward = -1, Key = "k" });
        Assert.Equal(1, reply.Turn);
        Assert.Equal(_platform.Policy.Requests[1].Sampling.Seed, _platform.Policy.Requests[2].Sampling.Seed);
    }

    [Fact]
    public async Task Say_Unknown_IsNotFound()
    {
        var failure = await Assert.ThrowsAsync<ConversationNotFoundException>(() => _platform.Conversation("nobody").SayAsync(new UserMessage { Text = "Hi" }));

        Assert.Equal("There is no conversation nobody.", failure.Message);
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => _platform.Conversation("nobody").ReadAsync());
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => _platform.Conversation("nobody").EraseAsync());
    }

    [Fact]
    public async Task Say_RewardBeforeAnyUtterance_IsRefused()
    {
        var conversation = await _platform.BeginAsync("c");

        await Assert.ThrowsAsync<InvalidRequestException>(() => conversation.SayAsync(new UserMessage { Text = "Hi", Reward = 1 }));

        Assert.Empty(_platform.Policy.Requests);
    }

    [Fact]
    public async Task Say_AfterTheTurnLimit_EndsAsTruncatedWithTheLastReward()
    {
        var conversation = await _platform.BeginAsync("c");
        for (var turn = 0; turn < 3; turn++)
        {
            await conversation.SayAsync(new UserMessage { Text = "x" });
        }

        var failure = await Assert.ThrowsAsync<ConversationEndedException>(() => conversation.SayAsync(new UserMessage { Text = "more", Reward = 5 }));

        Assert.Equal("Conversation c has had its 3 turns and has ended (truncated): start another one.", failure.Message);
        var view = await conversation.ReadAsync();
        Assert.Equal((ConversationStatus.Ended, ConversationOutcome.Truncated, EndReason.TurnLimit), (view.Status, view.Outcome, view.EndReason));
        Assert.Equal(3.0, view.Return);
        var rows = await _platform.WaitForRowsAsync("c", 3);
        Assert.Equal((5f, true, false, "more"), (rows[2].Reward, rows[2].Truncated, rows[2].Terminated, rows[2].FinalUserText));
    }

    [Fact]
    public async Task End_ByTheClient_FinishesTheLastTransition()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        await conversation.SayAsync(new UserMessage { Text = "No.", Reward = -1 });

        var view = await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Terminated, Reward = 0, Text = "Yes." });

        Assert.Equal((ConversationStatus.Ended, ConversationOutcome.Terminated, EndReason.Client, -1.0), (view.Status, view.Outcome, view.EndReason, view.Return));
        var rows = await _platform.WaitForRowsAsync("c", 2);
        Assert.Equal(["Hi", "No."], rows.Select(row => row.UserText));
        Assert.Equal([-1f, 0f], rows.Select(row => row.Reward));
        Assert.Equal([false, true], rows.Select(row => row.Terminated));
        Assert.Equal([null, "Yes."], rows.Select(row => row.FinalUserText));
        Assert.Equal(ScriptedPolicy.PromptIds("Hi"), rows[0].PromptTokenIds);
        Assert.Equal(ScriptedPolicy.UtteranceIds(rows[0].Utterance.Text), rows[0].Utterance.TokenIds);
        Assert.Equal(new ReplayKey("c", 1, 0), rows[1].Key);
    }

    [Fact]
    public async Task End_Again_GivesTheSameWithTheKeyAndFailsWithoutIt()
    {
        var conversation = await _platform.BeginAsync("c");
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        var end = new EndConversation { Outcome = ConversationOutcome.Terminated, Key = "end" };
        var first = await conversation.EndAsync(end);

        var again = await conversation.EndAsync(end);

        Assert.Equal(first.EndedAt, again.EndedAt);
        await Assert.ThrowsAsync<ConversationEndedException>(() => conversation.EndAsync(end with { Key = null }));
        await Assert.ThrowsAsync<ConversationEndedException>(() => conversation.SayAsync(new UserMessage { Text = "Hi" }));
    }

    [Fact]
    public async Task Start_SameSettings_GivesTheConversationThatIsThere()
    {
        await _platform.BeginAsync("c");
        await _platform.Conversation("c").SayAsync(new UserMessage { Text = "Hi" });

        var again = await _platform.Conversation("c").StartAsync(new StartConversation { Agent = GrainPlatform.Agent });

        Assert.Single(again.Turns);
        await Assert.ThrowsAsync<ConflictException>(() => _platform.BeginAsync("c", start => start with { User = "another" }));
    }

    [Fact]
    public async Task Start_UnknownAgent_IsNotFound()
    {
        var failure = await Assert.ThrowsAsync<AgentNotFoundException>(() => _platform.BeginAsync("c", start => start with { Agent = "nobody" }));

        Assert.Equal("There is no agent nobody. Agents are: quiz.", failure.Message);
        await Assert.ThrowsAsync<ConversationNotFoundException>(() => _platform.Conversation("c").ReadAsync());
    }

    [Fact]
    public async Task Start_OverridesAndSplit_ReachPolicyAndReplay()
    {
        var conversation = await _platform.BeginAsync("c", start => start with
        {
            Split = ReplaySplit.HoldOut,
            Sampling = new SamplingOverrides { Temperature = 0.5f, MaxTokens = 9 },
            PolicyVersion = "v000042",
        });
        await conversation.SayAsync(new UserMessage { Text = "Hi" });
        await conversation.EndAsync(new EndConversation { Outcome = ConversationOutcome.Truncated });

        var request = Assert.Single(_platform.Policy.Requests);
        Assert.Equal((0.5f, 9, 1f, "v000042"), (request.Sampling.Temperature, request.Sampling.MaxTokens, request.Sampling.TopP, request.Version));
        var row = Assert.Single(await _platform.WaitForRowsAsync("c", 1));
        Assert.Equal((ReplaySplit.HoldOut, true, -1f), (row.Split, row.Truncated, row.Reward));
    }

    [Fact]
    public async Task Start_HoldOutShare_PutsAllOfAUsersConversationsIntoOnePart()
    {
        await using var platform = await GrainPlatform.StartAsync(GrainPlatform.AgentSetting("HoldOutShare", "0.5"));
        var users = Enumerable.Range(0, 24).SelectMany(user => Enumerable.Range(0, 4), (user, number) => (User: $"u{user}", Id: $"c-{user}-{number}"));
        var splits = new List<(string User, ReplaySplit Split)>();
        var simulated = new List<ReplaySplit>();
        foreach (var (user, id) in users)
        {
            await platform.BeginAsync(id, start => start with { User = user, Tenant = "t" });
            splits.Add((user, (await platform.Conversation(id).ReadAsync()).Split));
            await platform.BeginAsync($"s-{id}", start => start with { User = "simulated", Simulated = true });
            simulated.Add((await platform.Conversation($"s-{id}").ReadAsync()).Split);
        }

        Assert.All(splits.GroupBy(one => one.User), user => Assert.Single(user.Select(one => one.Split).Distinct()));
        Assert.InRange(splits.Count(one => one.Split == ReplaySplit.HoldOut) / 4, 6, 18);
        Assert.InRange(simulated.Count(split => split == ReplaySplit.HoldOut), 32, 64);
    }

    [Fact]
    public async Task Read_WhileThePolicyWorks_ShowsTheStateBeforeTheMessage()
    {
        var conversation = await _platform.BeginAsync("c");
        _platform.Policy.Gate = new TaskCompletionSource();
        var saying = conversation.SayAsync(new UserMessage { Text = "Hi" });
        await Eventually.TrueAsync(() => _platform.Policy.Requests.Count == 1, "the policy is asked");

        Assert.Empty((await conversation.ReadAsync()).Turns);

        _platform.Policy.Gate.SetResult();
        await saying;
        Assert.Single((await conversation.ReadAsync()).Turns);
    }
}
