using System.Net;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Policies;
using Archer.Testing.Http;

namespace Archer.Client.Tests.Http;

public sealed class ArcherClientTests
{
    private static readonly StartConversation Start = new() { Agent = "twenty-questions", Id = "c-1" };

    [Fact]
    public async Task Requests_OfAConversation_AreTheDocumentedJson()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = silo.Client();
        var started = await client.StartAsync(Start with
        {
            Simulated = true,
            Split = ReplaySplit.HoldOut,
            Sampling = new SamplingOverrides { Temperature = 0 },
            PolicyVersion = "v000001",
        });
        var reply = await client.SayAsync("c-1", new UserMessage { Text = "Let's play.", Key = "k0" });
        var receipt = await client.RewardAsync("c-1", new RewardReport { Reward = -1, Turn = 0 });
        var ended = await client.EndAsync("c-1", new EndConversation { Outcome = ConversationOutcome.Terminated, Text = "Yes.", Reward = 0, Key = "end" });
        var read = await client.ReadAsync("c-1");
        var erased = await client.EraseAsync("c-1");

        Assert.Equal(
            [
                """POST /v1/conversations {"agent":"twenty-questions","id":"c-1","tenant":"","user":"","simulated":true,"split":"hold_out","sampling":{"temperature":0},"policy_version":"v000001"}""",
                """POST /v1/conversations/c-1/messages {"text":"Let\u0027s play.","key":"k0"}""",
                """POST /v1/conversations/c-1/rewards {"reward":-1,"turn":0}""",
                """POST /v1/conversations/c-1/end {"outcome":"terminated","text":"Yes.","reward":0,"key":"end"}""",
                "GET /v1/conversations/c-1",
                "DELETE /v1/conversations/c-1",
            ],
            silo.Requests);
        Assert.Equal((ConversationStatus.Open, ReplaySplit.HoldOut), (started.Status, started.Split));
        Assert.Equal(("Is it a dog?", "v000001", -1.5f, FinishReason.Stop), (reply.Text, reply.PolicyVersion, reply.Value, reply.FinishReason));
        Assert.Equal((0, -1f, 1), (receipt.Turn, receipt.Reward, receipt.Revision));
        Assert.Equal((ConversationStatus.Ended, ConversationOutcome.Terminated), (ended.Status, ended.Outcome));
        Assert.Equal("Is it a dog?", Assert.Single(read.Turns).Text);
        Assert.Equal(["v000001"], erased.TrainedVersions.ToArray());
    }

    [Fact]
    public async Task Requests_AboutAgents_AreTheDocumentedJson()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = silo.Client();
        var agents = await client.ReadAgentsAsync();
        var agent = await client.ReadAgentAsync("twenty-questions");
        var metrics = await client.ReadMetricsAsync("twenty-questions");
        await client.AnnounceAsync("twenty-questions", new AnnounceVersion { Version = "v000003", Step = 3, FirstPosition = 1, LastPosition = 9 });
        await client.ServeAsync("twenty-questions", new ServeVersion { Candidate = "v000003", CanaryShare = 0.1 });
        await client.RollBackAsync("twenty-questions");
        var receipt = await client.ReportLearnerAsync("twenty-questions", new LearnerReport { Run = "r", Step = 3, EpisodesConsumed = 64, MaximumLag = 64 });

        Assert.Equal(
            [
                "GET /v1/agents",
                "GET /v1/agents/twenty-questions",
                "GET /v1/agents/twenty-questions/metrics",
                """POST /v1/agents/twenty-questions/versions {"version":"v000003","step":3,"first_position":1,"last_position":9,"serve":true,"epoch":0}""",
                """POST /v1/agents/twenty-questions/serve {"candidate":"v000003","canary_share":0.1}""",
                "POST /v1/agents/twenty-questions/rollback",
                """POST /v1/agents/twenty-questions/learner {"run":"r","step":3,"episodes_consumed":64,"maximum_lag":64,"position":0,"lease_seconds":300,"replayed":[],"epoch":0}""",
            ],
            silo.Requests);
        Assert.Equal(("v000002", "v000002"), (Assert.Single(agents.Agents).Current, agent.Current));
        Assert.Equal((12L, -9.5), (metrics.Conversations, metrics.MeanReturnLast200));
        Assert.Equal((3L, 2), (receipt.Lag, receipt.Waiting));
    }

    [Fact]
    public async Task Say_ConversationThatIsUnknown_ThrowsWhatTheSiloSaid()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = silo.Client();
        var error = await Assert.ThrowsAsync<ArcherApiException>(() => client.SayAsync("a/b", new UserMessage { Text = "Hello" }));
        Assert.Equal("POST v1/conversations/a%2Fb/messages failed with 404: There is no conversation 'a%2Fb'.", error.Message);
        Assert.Equal((HttpStatusCode.NotFound, ProblemTypes.ConversationNotFound), (error.Status, error.ProblemType));
        Assert.Null(error.RetryAfter);
    }

    [Fact]
    public async Task Start_RequestWithProblems_ListsThemAll()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Intercept = async context =>
        {
            context.Response.StatusCode = 400;
            await context.Response.Body.WriteAsync("""
                {"type":"urn:archer:problem:invalid-request","title":"Bad","status":400,"detail":"2 problems","problems":["agent is missing","id is too long"]}
                """u8.ToArray());
            return true;
        };
        using var client = silo.Client();
        var error = await Assert.ThrowsAsync<ArcherApiException>(() => client.StartAsync(Start));
        Assert.Equal("POST v1/conversations failed with 400: agent is missing; id is too long", error.Message);
        Assert.Equal(["agent is missing", "id is too long"], error.Problems.ToArray());
        Assert.Single(silo.Requests);
    }

    [Fact]
    public async Task Read_AnswerThatIsNoArcherJson_SaysSo()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Intercept = async context =>
        {
            await context.Response.Body.WriteAsync("<html>"u8.ToArray());
            return true;
        };
        using var client = silo.Client();
        var error = await Assert.ThrowsAsync<ArcherApiException>(() => client.ReadAgentsAsync());
        Assert.StartsWith($"{silo.Url} answered GET v1/agents with what is no AgentList (", error.Message);
        Assert.EndsWith("). Is it an Archer silo of this version?", error.Message);
    }

    [Fact]
    public async Task Requests_WithAKey_CarryIt()
    {
        await using var silo = await FakeSilo.StartAsync();
        string? seen = null;
        silo.Intercept = context =>
        {
            seen = context.Request.Headers.Authorization;
            return Task.FromResult(false);
        };
        using var client = silo.Client(new ArcherClientOptions { Key = "secret" });
        await client.ReadAgentsAsync();
        Assert.Equal("Bearer secret", seen);
    }

    [Fact]
    public void Constructor_WrongOptions_ListsEveryProblem()
    {
        var options = new ArcherClientOptions { Url = new Uri("ftp://x"), Key = "a b", Timeout = TimeSpan.Zero };
        var error = Assert.Throws<ArgumentException>(() => new ArcherClient(options));
        Assert.Equal(
            "The address 'ftp://x/' is not an http or https address. The bearer key is empty or has characters other than visible ASCII. "
            + "The time-out is 00:00:00, expected more than zero. (Parameter 'options')",
            error.Message);
    }
}
