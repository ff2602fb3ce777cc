using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Conversations;
using Archer.Client.History;
using Archer.Client.Http;
using Archer.Silo.Tests.Http;
using Archer.Testing.Grains;
using Microsoft.AspNetCore.TestHost;

namespace Archer.Silo.Tests.History;

public sealed class HistoryApiTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Conversations_Query_ChoosesAndPages()
    {
        using var client = Client();
        foreach (var id in new[] { "list-1", "list-2", "list-3" })
        {
            await PlayAsync(client, id);
        }

        await silo.BeginAsync("list-open");
        await Eventually.TrueAsync(async () => (await Ended(client)).Intersect(["list-1", "list-2", "list-3"]).Count() == 3, "three ended conversations");
        await Eventually.TrueAsync(
            async () => (await client.ListConversationsAsync("quiz", new ConversationQuery { Limit = 200 })).Conversations.Any(one => one.Id == "list-open"), "one that is open");
        var page = await client.ListConversationsAsync("quiz", new ConversationQuery { Limit = 2, Status = ConversationStatus.Ended });
        var next = await client.ListConversationsAsync("quiz", new ConversationQuery { Limit = 200, Status = ConversationStatus.Ended, Before = page.Before });

        Assert.Equal(2, page.Conversations.Length);
        Assert.Empty(page.Conversations.Select(conversation => conversation.Id).Intersect(next.Conversations.Select(conversation => conversation.Id)));
        Assert.DoesNotContain(page.Conversations.Concat(next.Conversations), conversation => conversation.Id == "list-open");
        await silo.PostAsync("/v1/conversations", """{"agent":"quiz","id":"list-program","simulated":true}""");
        await Eventually.TrueAsync(async () => (await IdsAsync(client, simulated: true)).Contains("list-program"), "one of a program");
        Assert.DoesNotContain("list-program", await IdsAsync(client, simulated: false));
        Assert.DoesNotContain("list-open", await IdsAsync(client, simulated: true));
        var json = await silo.Http.GetAsync("/v1/agents/quiz/conversations?status=open").JsonAsync();
        var open = Assert.Single(json.GetProperty("conversations").EnumerateArray(), conversation => conversation.GetProperty("id").GetString() == "list-open");
        Assert.Equal("open", open.GetProperty("status").GetString());
        Assert.False(open.TryGetProperty("return", out _));
    }

    [Fact]
    public async Task Conversations_EverythingWrong_ListsEveryProblem()
    {
        var problem = await silo.Http.GetAsync("/v1/agents/quiz/conversations?limit=0&before=x&status=both&simulated=maybe&page=2").ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal<string>(
            [
                "limit: expected a whole number from 1 to 200",
                "before: expected the cursor of an earlier page",
                "status: expected open or ended",
                "simulated: expected true or false",
                "page: there is no such parameter; parameters are before, limit, simulated, status",
            ],
            [.. problem.Problems!.Value]);
    }

    [Theory]
    [InlineData("return.svg?height=10")]
    [InlineData("return.svg?width=480&height=tall")]
    public async Task Chart_StrangeHeight_Is400(string chart)
    {
        var problem = await silo.Http.GetAsync($"/v1/agents/quiz/charts/{chart}").ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal("height: expected a whole number from 150 to 1200", problem.Detail);
    }

    [Fact]
    public async Task Chart_OfAnAgent_IsAPictureOfTheHeightAskedFor()
    {
        using var answer = await silo.Http.GetAsync("/v1/agents/quiz/charts/return.svg?width=480&height=500");

        Assert.Contains(" viewBox=\"0 0 480 500\" ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chart_OfAnAgent_IsAPictureOfTheWidthAskedFor()
    {
        using var answer = await silo.Http.GetAsync("/v1/agents/quiz/charts/return.svg?width=480");

        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(" viewBox=\"0 0 480 240\" ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return.svg?width=wide")]
    [InlineData("return.svg?width=100000")]
    [InlineData("return.svg?width=-400")]
    public async Task Chart_StrangeWidth_Is400(string chart)
    {
        var problem = await silo.Http.GetAsync($"/v1/agents/quiz/charts/{chart}").ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal("width: expected a whole number from 260 to 1600", problem.Detail);
    }

    [Theory]
    [InlineData("return")]
    [InlineData("return.png")]
    [InlineData("..svg")]
    public async Task Chart_Unknown_Is404(string chart)
    {
        var problem = await silo.Http.GetAsync($"/v1/agents/quiz/charts/{chart}").ProblemAsync(404, ProblemTypes.NotFound);

        Assert.Equal(
            "There is no such chart. Charts are: actor-loss.svg, calibration.svg, critic-loss.svg, replay.svg, return.svg, turns.svg, utterances.svg.", problem.Detail);
    }

    [Theory]
    [InlineData("conversations")]
    [InlineData("history")]
    [InlineData("events")]
    public async Task Agent_Unknown_Is404(string part) =>
        await silo.Http.GetAsync($"/v1/agents/nobody/{part}").ProblemAsync(404, ProblemTypes.AgentNotFound);

    [Fact]
    public async Task Conversation_Read_HasAdvantagesAndReplays()
    {
        using var client = Client();
        await client.ReportLearnerAsync("quiz", new LearnerReport { Run = "r", Step = 1, EpisodesConsumed = 0, Discount = 0.5, AdvantageLambda = 0.5 });
        await PlayAsync(client, "learned");
        await Eventually.TrueAsync(async () => (await Ended(client)).Contains("learned"), "the conversation in the list");
        await client.ReportLearnerAsync(
            "quiz", new LearnerReport { Run = "r", Step = 2, EpisodesConsumed = 1, CriticLoss = 1, Replayed = [new ReplayedConversation("learned", 4)] });
        await Eventually.TrueAsync(async () => (await client.ReadAsync("learned")).Turns[0].Replays == 4, "the replays");

        var turns = (await client.ReadAsync("learned")).Turns;

        // Values 0 and −1, rewards −1 and 0, γ = λ = 0.5: δ1 = 0 + 0 − (−1) = 1, δ0 = −1 + 0.5·(−1) − 0 = −1.5, A0 = −1.5 + 0.25·1.
        Assert.Equal([-1.25, 1.0], turns.Select(turn => turn.Advantage!.Value));
        Assert.Equal(-0.25 * Enumerable.Range(0, turns[0].Tokens).Sum(), turns[0].LogProbability, 6);
        Assert.Equal([4, 4], turns.Select(turn => turn.Replays!.Value));
    }

    [Fact]
    public async Task Events_AfterAnId_AreTheRestInOrder()
    {
        using var client = Client();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var start = (await client.ReadHistoryAsync("quiz")).EventId;
        await PlayAsync(client, "watched-1");
        await PlayAsync(client, "watched-2");

        var first = await NextAsync(client, start, "watched-1", deadline.Token);
        var second = await NextAsync(client, first.Id, "watched-2", deadline.Token);

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(-1, second.Conversation!.Return);
    }

    [Fact]
    public async Task Events_WithLastEventId_AreSentAsABrowserReadsThem()
    {
        using var client = Client();
        var start = (await client.ReadHistoryAsync("quiz")).EventId;
        await PlayAsync(client, "by-header");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents/quiz/events");
        request.Headers.Add("Last-Event-ID", start);

        using var answer = await silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("retry: 1000", ""), (await reader.ReadLineAsync(), await reader.ReadLineAsync()));
        var run = start[..start.IndexOf('-', StringComparison.Ordinal)];
        Assert.StartsWith($"id: {run}-", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Matches("^event: (metrics|conversation)$", await reader.ReadLineAsync());
        Assert.StartsWith($$"""data: {"id":"{{run}}-""", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task History_Extent_BoundsWhatIsTold()
    {
        using var client = Client();
        await PlayAsync(client, "extent");
        await Eventually.TrueAsync(async () => !(await client.ReadHistoryAsync("quiz")).Episodes.IsEmpty, "an episode");

        var none = await silo.Http.GetAsync("/v1/agents/quiz/history?points=0&versions=0").JsonAsync();
        var problem = await silo.Http.GetAsync("/v1/agents/quiz/history?points=513&versions=x&series=all").ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal(0, none.GetProperty("episodes").GetArrayLength());
        Assert.Equal<string>(
            [
                "points: expected a whole number from 0 to 512",
                "versions: expected a whole number from 0 to 256",
                "series: there is no such parameter; parameters are points, versions",
            ],
            [.. problem.Problems!.Value]);
    }

    [Fact]
    public async Task Events_AfterAnIdOfAnotherRun_BeginAnew()
    {
        using var client = Client();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        await foreach (var happened in client.WatchAsync("quiz", "0-12", deadline.Token))
        {
            Assert.Equal(AgentEventType.Reset, happened.Type);
            break;
        }
    }

    private static async Task<AgentEvent> NextAsync(ArcherClient client, string after, string conversation, CancellationToken cancellationToken)
    {
        await foreach (var happened in client.WatchAsync("quiz", after, cancellationToken))
        {
            Assert.NotEqual(AgentEventType.Reset, happened.Type);
            if (happened.Conversation is { Status: ConversationStatus.Ended } ended && ended.Id == conversation)
            {
                return happened;
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }

    private static async Task<string[]> Ended(ArcherClient client) =>
        [.. (await client.ListConversationsAsync("quiz", new ConversationQuery { Limit = 200, Status = ConversationStatus.Ended })).Conversations.Select(conversation => conversation.Id)];

    private static async Task<List<string>> IdsAsync(ArcherClient client, bool simulated) =>
        await client.EnumerateConversationsAsync("quiz", new ConversationQuery { Limit = 2, Simulated = simulated }).Select(conversation => conversation.Id).ToListAsync();

    private static async Task PlayAsync(ArcherClient client, string id)
    {
        await client.StartAsync(new StartConversation { Agent = GrainPlatform.Agent, Id = id });
        await client.SayAsync(id, new UserMessage { Text = "Let's play." });
        await client.SayAsync(id, new UserMessage { Text = "No.", Reward = -1 });
        await client.EndAsync(id, new EndConversation { Outcome = ConversationOutcome.Terminated, Text = "Yes.", Reward = 0 });
    }

    private ArcherClient Client() =>
        new(new ArcherClientOptions { Url = new Uri("http://localhost/") }, handler: ((TestServer)silo.Services.GetService(typeof(Microsoft.AspNetCore.Hosting.Server.IServer))!).CreateHandler());
}
