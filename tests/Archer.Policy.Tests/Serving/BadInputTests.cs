using System.Net;
using System.Text;
using System.Text.Json;
using Archer.Client;
using Archer.Policy.Generation;

namespace Archer.Policy.Tests.Serving;

public sealed class BadInputTests
{
    private const string Chat = "v1/chat/completions";
    private const string Good = """{"model":"twenty-questions","messages":[{"role":"user","content":"Hi"}],"max_tokens":3,"seed":1,"stop":["x"],"logprobs":true}""";

    [Theory]
    [InlineData("", 400, "body: $, line 1, byte 1: not JSON, or not of the expected type")]
    [InlineData("null", 400, "body: an object is required, found null")]
    [InlineData("{\"model\": ", 400, "body: $.model, line 1, byte 11: not JSON, or not of the expected type")]
    [InlineData("[]", 400, "body: $, line 1, byte 2: not JSON, or not of the expected type")]
    [InlineData("""{"model":"twenty-questions","messages":[{"role":"user","content":"Hi"}],"temperature":"hot"}""", 400,
        "body: $.temperature, line 1, byte 92: not JSON, or not of the expected type")]
    [InlineData("""{"model":"twenty-questions","messages":[{"role":"user","content":"Hi"}],"seed":1.5}""", 400,
        "body: $.seed, line 1, byte 83: A seed is a whole number of at most 64 bits.")]
    [InlineData("""{"model":"twenty-questions","messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", 400,
        "body: $.messages[0].content, line 1, byte 88: Only content parts of type 'text' with a string 'text' are supported.")]
    [InlineData("""{"model":"nobody","messages":[{"role":"user","content":"Hi"}]}""", 404,
        "The model 'nobody' does not exist. The list of models has those that do; 'agent@version' names one version.")]
    [InlineData("""{"model":"../secret","messages":[{"role":"user","content":"Hi"}]}""", 404,
        "The model '../secret' does not exist. The list of models has those that do; 'agent@version' names one version.")]
    [InlineData("""{"model":"twenty-questions","messages":[{"role":"assistant","content":"Hi"}]}""", 400,
        "Message 0 of the conversation cannot be rendered: the last message must not be the assistant's.")]
    [InlineData("""{"model":"twenty-questions","messages":[{"role":"user","token_ids":[1,999]}]}""", 400,
        "Message 0 of the conversation cannot be rendered: recorded ids of a prompt end with <|assistant|> (258).")]
    [InlineData("""{"model":"twenty-questions","messages":[{"role":"user","token_ids":[999,258]}]}""", 400,
        "Message 0 of the conversation cannot be rendered: token id 999 is not one of 0 to 259.")]
    public async Task Chat_BadBody_IsToldWhatIsWrong(string body, int status, string detail)
    {
        await using var server = await PolicyServer.StartAsync();

        using var response = await server.PostAsync(Chat, body);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal((status, detail), ((int)response.StatusCode, problem.GetProperty("detail").GetString()));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(detail, problem.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(status == 404 ? ProblemTypes.ModelNotFound : ProblemTypes.InvalidRequest, problem.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Chat_ManyProblems_AreAllListed()
    {
        await using var server = await PolicyServer.StartAsync();

        using var response = await server.PostAsync(Chat, """
            {"messages": [{"role": "robot"}], "temperature": -1, "top_p": 0, "top_k": -2, "max_tokens": 0, "n": 99, "top_logprobs": 30, "logit_bias": {"1": 2},
             "frequency_penalty": 0.5, "presence_penalty": 1, "stop": [""], "tools": [{}], "response_format": {"type": "json_object"}}
            """);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            [
                "messages[0].role: system, user or assistant, found 'robot'",
                "messages[0].content: text or token_ids are required",
                "tools: tools are not supported",
                "response_format: only {\"type\": \"text\"} is supported",
                "top_logprobs: logprobs must be true",
                "model: required",
                "temperature: 0 to 100, found -1",
                "top_p: above 0 and at most 1, found 0",
                "top_k: -1 (all) or more, found -2",
                "max_tokens: at least 1, found 0",
                "n: 1 to 16, found 99",
                "top_logprobs: 0 to 20, found 30",
                "frequency_penalty: not supported",
                "presence_penalty: not supported",
                "logit_bias: not supported",
                "stop: at most 16 texts of 1 to 256 characters",
            ],
            problem.GetProperty("problems").EnumerateArray().Select(item => item.GetString()));
    }

    [Fact]
    public async Task Post_NotJson_Is415()
    {
        await using var server = await PolicyServer.StartAsync();

        using var response = await server.Http.PostAsync(Chat, new StringContent(Good, Encoding.UTF8, "text/plain"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_OversizedBody_Is413(bool lengthKnown)
    {
        await using var server = await PolicyServer.StartAsync(options: options => options.MaxBodyBytes = 2048);
        var body = Good[..^1] + ",\"user\":\"" + new string('x', 4096) + "\"}";
        using var content = lengthKnown ? (HttpContent)new StringContent(body) : new StreamContent(new Unseekable(Encoding.UTF8.GetBytes(body)));
        content.Headers.ContentType = new("application/json");

        using var response = await server.Http.PostAsync(Chat, content);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal((ProblemTypes.TooLong, "The body may have at most 2048 bytes."), (problem.GetProperty("type").GetString(), problem.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"stream\":true")]
    public async Task Chat_ConversationThatFillsTheModel_Is413(string stream)
    {
        await using var server = await PolicyServer.StartAsync();
        var body = Good.Replace("Hi", new string('x', 600), StringComparison.Ordinal)[..^1] + stream + "}";

        using var response = await server.PostAsync(Chat, body).WaitAsync(TimeSpan.FromSeconds(30));
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("The prompt has 603 tokens; the model takes at most 511 and one for the reply. Start a new conversation.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Chat_MoreThanTheQueueHolds_Is429WithRetryAfter()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = await PolicyServer.StartAsync(
            loader => loader.Add(PolicyServer.Agent, PolicyServer.Version, () => new Generation.HashModel(260) { BeforePass = () => gate.Wait(TimeSpan.FromSeconds(30)) }),
            options => options.Generation = new GenerationOptions { MaxSequences = 1, CacheSlots = 1, MaxQueuedRequests = 2 });
        var engine = (GenerationThread)server.Services.GetService(typeof(GenerationThread))!;
        var taken = Enumerable.Range(0, 3).Select(_ => server.PostAsync(Chat, Good)).ToArray();
        Assert.True(SpinWait.SpinUntil(() => engine.UnfinishedCount == 3, TimeSpan.FromSeconds(30)));

        using var refused = await server.PostAsync(Chat, Good);
        using var refusedStream = await server.PostAsync(Chat, Good[..^1] + ",\"stream\":true}");
        gate.Set();
        var answered = await Task.WhenAll(taken);

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (refused.StatusCode, refusedStream.StatusCode));
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.All(answered, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Fact]
    public async Task Post_RandomDamage_NeverGives500AndTheServerGoesOn()
    {
        await using var server = await PolicyServer.StartAsync();
        var random = new Random(20251121);
        for (var i = 0; i < 600; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Good);
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                bytes = Damage(bytes, random);
            }

            using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } };
            using var response = await server.Http.PostAsync(random.Next(2) == 0 ? Chat : "v1/completions", content);
            Assert.True((int)response.StatusCode is 200 or 400 or 404 or 413, $"{(int)response.StatusCode} for {Encoding.UTF8.GetString(bytes)}");
        }

        using var good = await server.PostAsync(Chat, Good);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Theory]
    [InlineData("GET", "v1/nothing", 404)]
    [InlineData("POST", "v1/embeddings", 404)]
    [InlineData("GET", "v1/models/nobody", 404)]
    [InlineData("GET", "v1/models/twenty-questions@v999999", 404)]
    [InlineData("GET", "v1/models/..%2Fsecret", 404)]
    [InlineData("GET", "v1/chat/completions", 405)]
    [InlineData("GET", "v1/policies/nobody", 404)]
    [InlineData("GET", "v1/policies/..%2F..%2Fetc", 404)]
    [InlineData("POST", "v1/policies/twenty-questions/versions/v999999/load", 404)]
    [InlineData("POST", "v1/policies/twenty-questions/versions/..%2Fv000001/load", 404)]
    public async Task Address_ThatLeadsNowhere_IsAProblem(string method, string address, int status)
    {
        await using var server = await PolicyServer.StartAsync();

        using var response = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), address));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData("""[{"role":"system","content":"Ask."}]""")]
    [InlineData("""[{"role":"developer","content":"Ask."},{"role":"system","content":"Now."}]""")]
    [InlineData("""[{"role":"user","content":"Hi"},{"role":"assistant","content":"Is it alive?"},{"role":"system","content":"Ask."}]""")]
    public async Task Chat_InstructionsWithoutAUserMessage_AreRefused(string messages)
    {
        await using var server = await PolicyServer.StartAsync();

        using var response = await server.PostAsync(Chat, $$"""{"model":"twenty-questions","messages":{{messages}}}""");
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal((HttpStatusCode.BadRequest, ProblemTypes.InvalidRequest), (response.StatusCode, problem.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Chat_UnknownMembers_AreAllNamed()
    {
        await using var server = await PolicyServer.StartAsync();

        using var response = await server.PostAsync(Chat, """
            {"model":"twenty-questions","messages":[{"role":"user","content":"Hi","colour":"red"}],"max_token":3,"min_p":0.1,"functions":[{}],"reasoning_effort":null,"modalities":[]}
            """);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            ["functions: unknown", "max_token: unknown", "messages[0].colour: unknown", "min_p: unknown"],
            problem.GetProperty("problems").EnumerateArray().Select(text => text.GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Completions_UnknownMember_IsNamed()
    {
        await using var server = await PolicyServer.StartAsync();

        using var response = await server.PostAsync("v1/completions", """{"model":"twenty-questions","prompt":"Hi","min_p":0.1}""");
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal("min_p: unknown", Assert.Single(problem.GetProperty("problems").EnumerateArray()).GetString());
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        byte[] tokens = [.. "{}[],:\"\\-0e.tn"u8];
        return random.Next(5) switch
        {
            0 => [.. bytes[..at], .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
            2 => [.. bytes[..at], tokens[random.Next(tokens.Length)], .. bytes[(at + 1)..]],
            3 => [.. bytes[..at], .. bytes[random.Next(at + 1)..]],
            _ => [.. bytes[..at], .. Encoding.UTF8.GetBytes(random.Next(3) switch { 0 => "\\ud800", 1 => "1e999", _ => "[[[[" }), .. bytes[at..]],
        };
    }

    /// <summary>A body whose length is not known beforehand.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
