using Archer.Client;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Tasks.Simulation;
using Archer.Tasks.TwentyQuestions;
using Archer.Testing.Http;

namespace Archer.Tasks.Tests.Simulation;

public sealed class SimulatedUsersTests
{
    [Fact]
    public async Task Run_AgentThatPlaysBest_EarnsTheCeiling()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        var result = await RunAsync(silo, new SimulationOptions { Users = 4, Episodes = 300, Seed = 3 });
        // Best returns range from 0 to -4 with standard deviation near 1: the standard error is 0.06.
        Assert.InRange(result.Summary.MeanReturn, -3.2, -2.4);
        Assert.Equal((300L, 1.0, 1.0, 0.0), (result.Summary.Episodes, result.Summary.WinShare, result.Summary.Measures["guess_consistency"], result.Summary.Measures["invalid_share"]));
        Assert.False(result.Cancelled);
    }

    [Fact]
    public async Task Run_ManyUsers_ReportsWhatTheSiloSaw()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Enumerating);
        var result = await RunAsync(silo, new SimulationOptions { Users = 8, Episodes = 100, Seed = 4 });
        Assert.Equal(Enumerable.Range(0, 100).Select(episode => $"sim-4-{episode}"), result.Episodes.Select(outcome => outcome.Conversation));
        Assert.Equal(100, silo.Conversations.Count);
        foreach (var outcome in result.Episodes)
        {
            var conversation = silo.Conversations[outcome.Conversation];
            Assert.Equal(ConversationOutcome.Terminated, conversation.Ended!.Outcome);
            Assert.Equal((float)outcome.Return, conversation.Return);
            Assert.Equal(TwentyQuestionsTable.TenWords.Items.ToList().FindIndex(item => item.Name == outcome.Hidden), -outcome.Return);
            Assert.Equal(conversation.Replies.Select(reply => reply.Text), outcome.Turns.Select(turn => turn.Text));
        }
        Assert.Equal(result.Episodes.Average(outcome => outcome.Return), result.Summary.MeanReturn, 9);
    }

    [Fact]
    public async Task Run_OneGame_SpeaksTheTurnProtocol()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Enumerating);
        var hidden = Enumerable.Range(0, 100).First(episode => HiddenItem(seed: 9, episode) == 2);
        await RunAsync(silo, new SimulationOptions { Users = 1, Episodes = 1, FirstEpisode = hidden, Seed = 9, Split = ReplaySplit.HoldOut, PolicyVersion = "v000001" });
        Assert.Equal(
            [
                $$"""POST /v1/conversations {"agent":"twenty-questions","id":"sim-9-{{hidden}}","tenant":"","user":"simulated","simulated":true,"split":"hold_out","policy_version":"v000001"}""",
                $$"""POST /v1/conversations/sim-9-{{hidden}}/messages {"text":"Let\u0027s play.","key":"turn-0"}""",
                $$"""POST /v1/conversations/sim-9-{{hidden}}/messages {"text":"No.","reward":-1,"key":"turn-1"}""",
                $$"""POST /v1/conversations/sim-9-{{hidden}}/messages {"text":"No.","reward":-1,"key":"turn-2"}""",
                $$"""POST /v1/conversations/sim-9-{{hidden}}/end {"outcome":"terminated","text":"Yes.","reward":0,"key":"end"}""",
            ],
            silo.Requests);
    }

    [Fact]
    public async Task Run_AgentThatIsNeverUnderstood_LosesAfterTwentyTurns()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Mute);
        var result = await RunAsync(silo, new SimulationOptions { Users = 1, Episodes = 1 });
        var conversation = Assert.Single(silo.Conversations.Values);
        Assert.Equal(20, conversation.Replies.Count);
        Assert.All(conversation.Messages.Skip(1), message => Assert.Equal("Invalid question.", message.Text));
        Assert.Equal((ConversationOutcome.Terminated, -1f), (conversation.Ended!.Outcome, conversation.Ended.Reward));
        Assert.Equal((-20.0, 1.0, false), (result.Summary.MeanReturn, result.Summary.Measures["invalid_share"], Assert.Single(result.Episodes).Won));
    }

    [Fact]
    public async Task Run_SameSeedAndOneUser_SendsTheSameRequests()
    {
        var requests = new List<string[]>();
        for (var i = 0; i < 2; i++)
        {
            await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
            await RunAsync(silo, new SimulationOptions { Users = 1, Episodes = 20, Seed = 11 });
            requests.Add([.. silo.Requests]);
        }
        Assert.True(requests[0].Length > 60);
        Assert.Equal(requests[0], requests[1]);
    }

    [Fact]
    public async Task Run_SimulatedStartIsHeldBack_WaitsForTheLearner()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        var refusals = 5;
        silo.Intercept = async context =>
        {
            if (context.Request.Path != "/v1/conversations" || Interlocked.Decrement(ref refusals) < 0)
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 429, ProblemTypes.LearnerLags, "The learner lags.", retryAfter: 0);
            return true;
        };
        var result = await RunAsync(silo, new SimulationOptions { Users = 2, Episodes = 4 });
        Assert.Equal((4L, 0L), (result.Summary.Episodes, result.Summary.Failed));
    }

    [Fact]
    public async Task Run_ConversationPlayedBefore_IsRefused()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        var options = new SimulationOptions { Users = 1, Episodes = 1, Seed = 5 };
        await RunAsync(silo, options);
        var error = await Assert.ThrowsAsync<SimulationException>(() => RunAsync(silo, options));
        Assert.Equal("The conversation 'sim-5-0' was played before, so its game would not be fresh: choose another run or another seed.", error.Message);
    }

    [Fact]
    public async Task Run_Failure_EndsEverybodyAndThrowsIt()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        silo.Intercept = async context =>
        {
            if (context.Request.Path != "/v1/conversations/sim-0-7/messages")
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 413, ProblemTypes.TooLong, "Too long.");
            return true;
        };
        var error = await Assert.ThrowsAsync<ArcherApiException>(() => RunAsync(silo, new SimulationOptions { Users = 4 }));
        Assert.Equal("POST v1/conversations/sim-0-7/messages failed with 413: Too long.", error.Message);
    }

    [Fact]
    public async Task Run_FailureWithContinueOnError_GivesTheGameUpAndPlaysOn()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        silo.Intercept = async context =>
        {
            if (context.Request.Path != "/v1/conversations/sim-0-1/messages")
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 413, ProblemTypes.TooLong, "Too long.");
            return true;
        };
        var givenUp = new List<(long, string)>();
        using var client = silo.Client();
        var users = new SimulatedUsers(client, new SimulationOptions { Users = 1, Episodes = 3, ContinueOnError = true })
        {
            GivenUp = (episode, failure) => givenUp.Add((episode, failure.Message)),
        };
        var result = await users.RunAsync(CancellationToken.None);
        Assert.Equal([0L, 2L], result.Episodes.Select(outcome => outcome.Episode));
        Assert.Equal([(1L, "POST v1/conversations/sim-0-1/messages failed with 413: Too long.")], givenUp);
        Assert.Equal((2L, 1L), (result.Summary.Episodes, result.Summary.Failed));
    }

    [Fact]
    public async Task Run_EndlessAndCancelled_ReturnsWhatWasPlayed()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        using var cancel = new CancellationTokenSource();
        using var client = silo.Client();
        var played = 0;
        var users = new SimulatedUsers(client, new SimulationOptions { Users = 3 })
        {
            Played = _ =>
            {
                if (Interlocked.Increment(ref played) == 10)
                {
                    cancel.Cancel();
                }
            },
        };
        var result = await users.RunAsync(cancel.Token);
        Assert.True(result.Cancelled);
        Assert.InRange(result.Summary.Episodes, 10, 13);
        Assert.Empty(result.Episodes);
    }

    [Fact]
    public async Task Run_WrongOptions_ListsEveryProblem()
    {
        using var client = new ArcherClient();
        var options = new SimulationOptions { Users = 0, Episodes = 0, FirstEpisode = -1, Run = "a/b", Noise = 1, Sampling = new SamplingOverrides { Temperature = -1 } };
        var error = await Assert.ThrowsAsync<ArgumentException>(() => new SimulatedUsers(client, options).RunAsync(CancellationToken.None));
        Assert.Equal(
            "There are 0 users, expected at least 1. There are 0 episodes to play, expected at least 1. The first episode is -1, expected 0 or more. "
            + "The run is named 'a/b', expected 1 to 64 of the characters A-Z a-z 0-9 . _ - The noise is 1, expected 0 to 0.07. "
            + "The temperature is -1, expected 0 to 10.",
            error.Message);
    }

    private static int HiddenItem(ulong seed, int episode) => TwentyQuestionsGame
        .Start(TwentyQuestionsAnswerer.TenWords, Archer.Client.Randomness.SplitMix64.Derive(seed, (ulong)episode)).HiddenItem;

    private static async Task<SimulationResult> RunAsync(FakeSilo silo, SimulationOptions options)
    {
        using var client = silo.Client();
        return await new SimulatedUsers(client, options).RunAsync(CancellationToken.None);
    }
}
