using System.Net.Http.Headers;
using System.Text;
using Archer.Client;

namespace Archer.Silo.Tests.Http;

/// <summary>Whatever is sent: the right error, nothing changed, never a 500.</summary>
public sealed class BadInputTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    internal static readonly string[] Paths =
    [
        "/v1/conversations",
        "/v1/conversations/c/messages",
        "/v1/conversations/c/rewards",
        "/v1/conversations/c/end",
        "/v1/agents/quiz/versions",
        "/v1/agents/quiz/serve",
        "/v1/agents/quiz/learner",
    ];

    public static TheoryData<string> Endpoints => [.. Paths];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_NotJson_Is400(string path)
    {
        await silo.BeginAsync("c");
        foreach (var body in new[] { "", "{", "nonsense", "[1,2", "{\"a\":1}x", "\"\\ud800", "{\"text\":\"a\",\"text\":\"b\"}", new string('[', 5_000) })
        {
            var problem = await silo.PostAsync(path, body).ProblemAsync(400, ProblemTypes.InvalidRequest);
            Assert.StartsWith("body: not JSON: ", Assert.Single(problem.Problems!.Value), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_NotAnObject_Is400(string path)
    {
        await silo.BeginAsync("c");
        foreach (var (body, found) in new[] { ("[]", "an array"), ("null", "null"), ("12", "the number 12"), ("\"x\"", "a string"), ("true", "true") })
        {
            var problem = await silo.PostAsync(path, body).ProblemAsync(400, ProblemTypes.InvalidRequest);
            Assert.Equal($"body: expected a JSON object, found {found}", Assert.Single(problem.Problems!.Value));
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_TooLong_Is413(string path)
    {
        await silo.BeginAsync("c");
        var body = $$"""{"text":"{{new string('x', 300_000)}}"}""";

        await silo.PostAsync(path, body).ProblemAsync(413, ProblemTypes.TooLong);

        using var chunked = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body))) };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await silo.Http.SendAsync(chunked).ProblemAsync(413, ProblemTypes.TooLong);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Body_NotDeclaredAsJson_Is415(string path)
    {
        await silo.BeginAsync("c");
        await silo.Http.PostAsync(path, new StringContent("{}", Encoding.UTF8, "text/plain")).ProblemAsync(415, ProblemTypes.UnsupportedMediaType);
        using var bare = new ByteArrayContent("{}"u8.ToArray());
        await silo.Http.PostAsync(path, bare).ProblemAsync(415, ProblemTypes.UnsupportedMediaType);
    }

    [Fact]
    public async Task Start_EverythingWrong_ListsEveryProblem()
    {
        const string body =
            """
            {"id":"a b","tenant":5,"simulated":"yes","split":"both","sampling":{"temperature":11,"top_p":0,"max_tokens":1.5,"seed":1},
            "policy_version":"../up","user":"\ud800","typo":1}
            """;

        var problem = await silo.PostAsync("/v1/conversations", body).ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal(
            [
                "id: expected 1 to 128 of the characters A-Z a-z 0-9 . _ ~ -",
                "policy_version: expected 1 to 64 of the characters A-Z a-z 0-9 . _ -",
                "agent: required",
                "tenant: expected a string, found the number 5",
                "user: the string is not valid Unicode",
                "simulated: expected true or false, found a string",
                "split: expected train or hold_out, found both",
                "sampling.top_p: expected more than 0",
                "sampling.temperature: expected 0 to 10, found 11",
                "sampling.max_tokens: expected a whole number, found the number 1.5",
                "sampling.seed: there is no such member; members are max_tokens, temperature, top_k, top_p",
                "typo: there is no such member; members are agent, id, policy_version, sampling, simulated, split, tenant, user",
            ],
            problem.Problems!.Value.AsEnumerable());
    }

    [Theory]
    [InlineData("/v1/conversations", """{"agent":"quiz","id":".."}""", "id: expected neither . nor .., which no address can hold")]
    [InlineData("/v1/conversations", """{"agent":"quiz","id":"c","sampling":{"top_p":1e-300}}""", "sampling.top_p: expected more than 0")]
    [InlineData("/v1/conversations/c/messages", """{"text":"","reward":"much","key":""}""", "text: expected 1 to 32,768 characters, found 0", "reward: expected a number, found a string", "key: expected 1 to 128 characters, found 0")]
    [InlineData("/v1/conversations/c/messages", """{"text":null}""", "text: required")]
    [InlineData("/v1/conversations/c/rewards", """{"turn":-1}""", "reward: required", "turn: expected 0 to 2147483647, found -1")]
    [InlineData("/v1/conversations/c/rewards", """{"reward":1e999}""", "reward: expected -1000 to 1000, the range of agent quiz, found Infinity")]
    [InlineData("/v1/conversations/c/rewards", """{"reward":1}""", "reward: conversation c has no utterance yet that it could belong to; send the first message without a reward")]
    [InlineData("/v1/conversations/c/messages", """{"text":"Hi","reward":1e9}""", "reward: expected -1000 to 1000, the range of agent quiz, found 1E+09")]
    [InlineData("/v1/conversations/c/end", """{"outcome":"terminated","reward":-1000.5}""", "reward: expected -1000 to 1000, the range of agent quiz, found -1000.5")]
    [InlineData("/v1/conversations/c/end", """{"outcome":1,"text":[]}""", "outcome: expected a string, found the number 1", "text: expected a string, found an array")]
    [InlineData("/v1/conversations/c/end", """{"outcome":"terminated","reward":1}""", "reward: conversation c has no utterance yet that it could belong to; send the first message without a reward")]
    [InlineData("/v1/agents/quiz/versions", """{"version":"a/b","first_position":9,"last_position":2}""", "first_position: expected at most last_position, which is 2, found 9", "version: expected 1 to 64 of the characters A-Z a-z 0-9 . _ -, the first a letter or digit")]
    [InlineData("/v1/agents/quiz/serve", "{}", "version: required, unless there is a candidate")]
    [InlineData("/v1/agents/quiz/serve", """{"candidate":"v1","canary_share":1.5}""", "canary_share: expected 0 to 1, found 1.5")]
    [InlineData("/v1/agents/quiz/learner", """{"maximum_lag":0}""", "run: required", "step: required", "episodes_consumed: required", "maximum_lag: expected 1 to 2147483647, found 0")]
    public async Task Body_Wrong_ListsEveryProblem(string path, string body, params string[] expected)
    {
        await silo.BeginAsync("c");

        var problem = await silo.PostAsync(path, body).ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal(expected, problem.Problems!.Value.AsEnumerable());
        Assert.Equal(0, (await silo.Http.GetAsync("/v1/conversations/c").JsonAsync()).GetProperty("turns").GetArrayLength());
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("a%20b")]
    [InlineData("%2e%2e%2f")]
    public async Task Conversation_Unknown_Is404(string id)
    {
        var path = $"/v1/conversations/{id}";
        await silo.Http.GetAsync(path).ProblemAsync(404, ProblemTypes.ConversationNotFound);
        await silo.Http.DeleteAsync(path).ProblemAsync(404, ProblemTypes.ConversationNotFound);
        await silo.PostAsync($"{path}/messages", """{"text":"Hi"}""").ProblemAsync(404, ProblemTypes.ConversationNotFound);
        await silo.PostAsync($"{path}/rewards", """{"reward":1}""").ProblemAsync(404, ProblemTypes.ConversationNotFound);
        await silo.PostAsync($"{path}/end", """{"outcome":"truncated"}""").ProblemAsync(404, ProblemTypes.ConversationNotFound);
    }

    [Fact]
    public async Task Agent_Unknown_Is404()
    {
        await silo.Http.GetAsync("/v1/agents/nobody").ProblemAsync(404, ProblemTypes.AgentNotFound);
        await silo.Http.GetAsync("/v1/agents/nobody/metrics").ProblemAsync(404, ProblemTypes.AgentNotFound);
        await silo.PostAsync("/v1/agents/nobody/versions", """{"version":"v1"}""").ProblemAsync(404, ProblemTypes.AgentNotFound);
        await silo.PostAsync("/v1/agents/nobody/rollback", "").ProblemAsync(404, ProblemTypes.AgentNotFound);
        await silo.PostAsync("/v1/agents/nobody/learner", """{"run":"r","step":0,"episodes_consumed":0}""").ProblemAsync(404, ProblemTypes.AgentNotFound);
        await silo.PostAsync("/v1/conversations", """{"agent":"nobody"}""").ProblemAsync(404, ProblemTypes.AgentNotFound);
    }

    [Fact]
    public async Task Address_Unknown_Is404AndMethodIs405()
    {
        await silo.Http.GetAsync("/v2/conversations").ProblemAsync(404, ProblemTypes.NotFound);
        await silo.Http.GetAsync("/v1/conversations/c/messages").ProblemAsync(405, ProblemTypes.MethodNotAllowed);
        await silo.Http.PutAsync("/v1/agents", null).ProblemAsync(405, ProblemTypes.MethodNotAllowed);
    }

    [Fact]
    public async Task Body_InvalidUtf8_Is400()
    {
        await silo.BeginAsync("c");
        foreach (var body in new byte[][] { [.. "{\"text\":\""u8, 0xFF, 0xFE, .. "\"}"u8], [.. "{\""u8, 0xC0, .. "\":1}"u8] })
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            await silo.Http.PostAsync("/v1/conversations/c/messages", content).ProblemAsync(400, ProblemTypes.InvalidRequest);
        }
    }
}
