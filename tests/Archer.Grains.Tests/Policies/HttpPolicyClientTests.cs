using System.Collections.Immutable;
using System.Net;
using Archer.Client;
using Archer.Client.Policies;
using Archer.Grains.Policies;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Tests.Policies;

public sealed class HttpPolicyClientTests
{
    private const string Answer =
        """
        {"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Is it alive?"},"finish_reason":"stop","token_ids":[7,8,3],
        "logprobs":{"content":[{"token":"Is","logprob":-0.5},{"token":" it","logprob":-1.5},{"token":"","logprob":-2.5}]}}],
        "prompt_token_ids":[1,2,3,4,5,6],"policy_version":"v000002","value":-3.25}
        """;

    [Fact]
    public async Task Complete_SecondTurn_SendsRecordedIdsAndKeepsOnlyTheNewOnes()
    {
        using var server = new FakeServer(FakeServer.Json(Answer));

        var answer = await Client(server, options => options.Key = "a-secret-key-of-20-c").CompleteAsync(SecondTurn(), default);

        Assert.Equal(
            """{"model":"quiz@v000002","messages":[{"role":"user","content":"Hi","token_ids":[1,2]},{"role":"assistant","content":"Yo","token_ids":[3,4]},"""
            + """{"role":"user","content":"Yes."}],"temperature":0.5,"top_p":0.9,"top_k":5,"max_tokens":16,"seed":9007199254740991,"logprobs":true,"return_token_ids":true}""",
            server.LastBody);
        Assert.Equal(("http://policy/v1/chat/completions", "Bearer a-secret-key-of-20-c"), (server.LastAddress!.ToString(), server.LastAuthorization));
        Assert.Equal([5, 6], answer.PromptTokenIds.AsEnumerable());
        var utterance = answer.Utterance;
        Assert.Equal(("Is it alive?", "v000002", FinishReason.Stop, -3.25f), (utterance.Text, utterance.PolicyVersion, utterance.FinishReason, utterance.Value));
        Assert.Equal([7, 8, 3], utterance.TokenIds.AsEnumerable());
        Assert.Equal([-0.5f, -1.5f, -2.5f], utterance.LogProbabilities.AsEnumerable());
        Assert.Equal(SecondTurn().Sampling, utterance.Sampling);
    }

    [Fact]
    public async Task Complete_FirstTurn_SendsTheSystemPrompt()
    {
        using var server = new FakeServer(FakeServer.Json(Answer));

        var answer = await Client(server).CompleteAsync(SecondTurn() with { History = [] }, default);

        Assert.Contains("""[{"role":"system","content":"Ask."},{"role":"user","content":"Yes."}]""", server.LastBody, StringComparison.Ordinal);
        Assert.Equal(6, answer.PromptTokenIds.Length);
    }

    [Fact]
    public async Task Complete_ConnectionErrorsAnd5xx_AreTriedAgain()
    {
        using var server = new FakeServer(
            FakeServer.Throws(new HttpRequestException("refused")), FakeServer.Json("{}", HttpStatusCode.BadGateway), FakeServer.Json(Answer));

        var answer = await Client(server).CompleteAsync(SecondTurn(), default);

        Assert.Equal((3, "Is it alive?"), (server.Calls, answer.Utterance.Text));
    }

    [Fact]
    public async Task Complete_5xxForEver_IsUnavailableAfterAllAttempts()
    {
        using var server = new FakeServer(FakeServer.Json("""{"detail":"The engine is full."}""", HttpStatusCode.ServiceUnavailable));

        var failure = await Assert.ThrowsAsync<PolicyUnavailableException>(() => Client(server).CompleteAsync(SecondTurn(), default));

        Assert.Equal("Turn 1 with quiz@v000002 failed after 4 attempts: The engine is full.", failure.Message);
        Assert.Equal((4, TimeSpan.FromSeconds(2)), (server.Calls, failure.RetryAfter));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, ProblemTypes.InvalidRequest, typeof(InvalidRequestException))]
    [InlineData(HttpStatusCode.NotFound, ProblemTypes.ModelNotFound, typeof(VersionRefusedException))]
    [InlineData(HttpStatusCode.UnprocessableEntity, ProblemTypes.VersionRefused, typeof(VersionRefusedException))]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, ProblemTypes.TooLong, typeof(ObservationTooLongException))]
    [InlineData(HttpStatusCode.TooManyRequests, ProblemTypes.Overloaded, typeof(PolicyUnavailableException))]
    [InlineData(HttpStatusCode.RequestTimeout, "", typeof(PolicyUnavailableException))]
    [InlineData(HttpStatusCode.Unauthorized, ProblemTypes.Unauthorized, typeof(PolicyMismatchException))]
    public async Task Complete_4xx_IsNotTriedAgain(HttpStatusCode status, string type, Type expected)
    {
        using var server = new FakeServer(FakeServer.Json($$"""{"type":"{{type}}","detail":"No.","problems":["a"]}""", status));

        await Assert.ThrowsAsync(expected, () => Client(server).CompleteAsync(SecondTurn(), default));

        Assert.Equal(1, server.Calls);
    }

    [Theory]
    [InlineData("""[9,2,3,4,5]""", "prompt_token_ids do not continue the recorded ids")]
    [InlineData("""[1,2,3]""", "prompt_token_ids do not continue the recorded ids")]
    [InlineData("null", "prompt_token_ids is missing")]
    public async Task Complete_OtherIdsThanRecorded_IsRefused(string ids, string problem)
    {
        using var server = new FakeServer(FakeServer.Json(Answer.Replace("[1,2,3,4,5,6]", ids, StringComparison.Ordinal)));

        var failure = await Assert.ThrowsAsync<PolicyMismatchException>(() => Client(server).CompleteAsync(SecondTurn(), default));

        Assert.Equal($"Turn 1 with quiz@v000002 gave an answer that cannot be used: {problem}.", failure.Message);
        Assert.Equal(ids == "null", failure.IsUnsupported);
    }

    [Theory]
    [InlineData("-2.5}", "-1e39}", "choices[0].logprobs.content[2].logprob is -Infinity, expected a finite number of at most 0")]
    [InlineData("-2.5}", "1e39}", "choices[0].logprobs.content[2].logprob is Infinity, expected a finite number of at most 0")]
    [InlineData("-0.5}", "0.01}", "choices[0].logprobs.content[0].logprob is 0.01, expected a finite number of at most 0")]
    [InlineData("[7,8,3]", "[7,-8,3]", "choices[0].token_ids has -8, expected ids of at least 0")]
    [InlineData("[7,8,3]", "[7,8]", "2 token ids with 3 log-probabilities")]
    [InlineData("[7,8,3]", "[]", "0 token ids with 3 log-probabilities")]
    [InlineData("[1,2,3,4,5,6]", "[1,2,3,4,-5,6]", "prompt_token_ids has -5, expected ids of at least 0")]
    [InlineData("-3.25", "1e39", "value is Infinity, expected a finite number")]
    public async Task Complete_ImpossibleNumbers_AreAMismatch_AndNotTriedAgain(string sound, string impossible, string problem)
    {
        using var server = new FakeServer(FakeServer.Json(Answer.Replace(sound, impossible, StringComparison.Ordinal)));

        var failure = await Assert.ThrowsAsync<PolicyMismatchException>(() => Client(server).CompleteAsync(SecondTurn(), default));

        Assert.Equal($"Turn 1 with quiz@v000002 gave an answer that cannot be used: {problem}.", failure.Message);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Complete_LogProbabilityOfZero_IsPossible()
    {
        using var server = new FakeServer(FakeServer.Json(Answer.Replace("-2.5}", "-0.0}", StringComparison.Ordinal)));

        Assert.Equal(0, (await Client(server).CompleteAsync(SecondTurn(), default)).Utterance.LogProbabilities[2]);
    }

    [Fact]
    public async Task Complete_FirstTurnWithoutPrompt_IsAMismatch()
    {
        using var server = new FakeServer(FakeServer.Json(Answer.Replace("[1,2,3,4,5,6]", "[]", StringComparison.Ordinal)));

        await Assert.ThrowsAsync<PolicyMismatchException>(() => Client(server).CompleteAsync(SecondTurn() with { History = [] }, default));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"choices":[{"message":{"content":"x"},"token_ids":[1],"logprobs":{"content":[]}}],"prompt_token_ids":[1,2,3,4,5],"policy_version":"v"}""")]
    public async Task Complete_Nonsense_IsAMismatch(string json)
    {
        using var server = new FakeServer(FakeServer.Json(json));

        await Assert.ThrowsAsync<PolicyMismatchException>(() => Client(server).CompleteAsync(SecondTurn(), default));

        Assert.Equal(1, server.Calls);
    }

    /// <summary>A server that speaks OpenAI's API but is not Archer's: nothing about it changes by trying again.</summary>
    [Theory]
    [InlineData(HttpStatusCode.OK, """{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""", true)]
    [InlineData(HttpStatusCode.OK, """{"choices":[{"message":{"content":"x"},"token_ids":[1]}]}""", true)]
    [InlineData(HttpStatusCode.BadRequest, """{"error":{"message":"Unknown parameter: 'top_k'.","type":"invalid_request_error"}}""", false)]
    [InlineData(HttpStatusCode.NotFound, """{"error":{"message":"The model does not exist.","code":"model_not_found"}}""", false)]
    [InlineData(HttpStatusCode.NotFound, "<html>nothing here</html>", true)]
    [InlineData(HttpStatusCode.MethodNotAllowed, "", true)]
    [InlineData(HttpStatusCode.NotImplemented, "", true)]
    [InlineData(HttpStatusCode.Forbidden, "", false)]
    public async Task Complete_OtherServer_IsAMismatchThatIsLoggedOnce(HttpStatusCode status, string body, bool isUnsupported)
    {
        using var server = new FakeServer(FakeServer.Json(body, status));
        var log = new Lines();
        var client = Client(server, logger: log);

        var first = await Assert.ThrowsAsync<PolicyMismatchException>(() => client.CompleteAsync(SecondTurn(), default));
        await Assert.ThrowsAsync<PolicyMismatchException>(() => client.CompleteAsync(SecondTurn() with { History = [] }, default));

        Assert.Equal((isUnsupported, 2), (first.IsUnsupported, server.Calls));
        Assert.Single(log);
    }

    [Fact]
    public async Task Stream_ServerThatDoesNotStream_IsAMismatch()
    {
        using var server = new FakeServer(FakeServer.Json(Answer));

        var failure = await Assert.ThrowsAsync<PolicyMismatchException>(() => ReadAsync(Client(server).StreamAsync(SecondTurn(), default)));

        Assert.Equal((true, 1), (failure.IsUnsupported, server.Calls));
    }

    [Fact]
    public async Task Stream_BreaksOff_IsUnavailable()
    {
        using var server = new FakeServer(FakeServer.Events("""{"choices":[{"index":0,"delta":{"content":"Is"},"token_ids":[7],"logprobs":{"content":[{"logprob":-0.5}]}}]}"""));

        await Assert.ThrowsAsync<PolicyUnavailableException>(() => ReadAsync(Client(server).StreamAsync(SecondTurn(), default)));
    }

    [Fact]
    public async Task List_ServerThatHasNoVersions_IsUnavailable()
    {
        using var server = new FakeServer(FakeServer.Json("", HttpStatusCode.NotFound));

        await Assert.ThrowsAsync<PolicyUnavailableException>(() => Client(server).ListAsync("quiz", default));
    }

    [Theory]
    [InlineData("http://silo:5080/policy")]
    [InlineData("http://silo:5080/policy/")]
    public async Task Complete_AddressWithAPath_KeepsThePath(string address)
    {
        using var server = new FakeServer(FakeServer.Json(Answer));

        await Client(server, options => options.Address = new Uri(address)).CompleteAsync(SecondTurn(), default);

        Assert.Equal("http://silo:5080/policy/v1/chat/completions", server.LastAddress!.ToString());
    }

    [Fact]
    public async Task Complete_SlowServer_TimesOut()
    {
        using var server = new FakeServer(_ => new TaskCompletionSource<HttpResponseMessage>().Task);

        var failure = await Assert.ThrowsAsync<PolicyUnavailableException>(
            () => Client(server, options => options.AttemptTimeout = TimeSpan.FromMilliseconds(30)).CompleteAsync(SecondTurn(), default));

        Assert.Equal("Turn 1 with quiz@v000002 took longer than 0.03 s.", failure.Message);
    }

    [Fact]
    public async Task Complete_CallerLeaves_IsCancelled()
    {
        using var server = new FakeServer(_ => new TaskCompletionSource<HttpResponseMessage>().Task);
        using var left = new CancellationTokenSource();
        var calling = Client(server).CompleteAsync(SecondTurn(), left.Token);

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
    }

    [Fact]
    public async Task Complete_ManyFailures_OpenTheCircuit()
    {
        using var server = new FakeServer(FakeServer.Json("{}", HttpStatusCode.InternalServerError));
        var client = Client(server, options => (options.BreakerMinimumThroughput, options.Retries) = (4, 0));
        for (var call = 0; call < 4; call++)
        {
            await Assert.ThrowsAsync<PolicyUnavailableException>(() => client.CompleteAsync(SecondTurn(), default));
        }

        var failure = await Assert.ThrowsAsync<PolicyUnavailableException>(() => client.CompleteAsync(SecondTurn(), default));

        Assert.Equal("Turn 1 with quiz@v000002 was not attempted: the policy server has failed too often.", failure.Message);
        Assert.Equal(4, server.Calls);
    }

    [Fact]
    public async Task Complete_TooManyAtOnce_FailsTheRest()
    {
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        using var server = new FakeServer(_ => gate.Task);
        var client = Client(server, options => (options.ConcurrencyLimit, options.QueueLimit) = (2, 1));
        var running = Enumerable.Range(0, 3).Select(_ => client.CompleteAsync(SecondTurn(), default)).ToList();

        var failure = await Assert.ThrowsAsync<PolicyUnavailableException>(() => client.CompleteAsync(SecondTurn(), default));

        Assert.Equal("Turn 1 with quiz@v000002 was not attempted: Too many calls wait for the policy server.", failure.Message);
        Assert.Equal(2, server.Calls);
        gate.SetException(new InvalidOperationException("over"));
        foreach (var call in running)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => call);
        }
    }

    [Fact]
    public async Task Stream_Chunks_MakeTheSameAnswer()
    {
        using var server = new FakeServer(FakeServer.Events(
            """{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"prompt_token_ids":[1,2,3,4,5,6]}""",
            """{"choices":[{"index":0,"delta":{"content":"Is it"},"token_ids":[7],"logprobs":{"content":[{"logprob":-0.5}]}}]}""",
            """{"choices":[{"index":0,"delta":{"content":" alive?"},"token_ids":[8,3],"logprobs":{"content":[{"logprob":-1.5},{"logprob":-2.5}]}}]}""",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"length"}],"policy_version":"v000002","value":-3.25}""",
            "[DONE]"));

        var fragments = await ReadAsync(Client(server).StreamAsync(SecondTurn(), default));

        Assert.Equal(["Is it", " alive?", null], fragments.Select(fragment => fragment.Text));
        var answer = fragments[^1].Answer!;
        Assert.Equal(("Is it alive?", FinishReason.Length, -3.25f), (answer.Utterance.Text, answer.Utterance.FinishReason, answer.Utterance.Value));
        Assert.Equal([5, 6], answer.PromptTokenIds.AsEnumerable());
        Assert.Equal([7, 8, 3], answer.Utterance.TokenIds.AsEnumerable());
        Assert.Contains("\"stream\":true", server.LastBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_ErrorAfterText_IsNotTriedAgain()
    {
        using var server = new FakeServer(FakeServer.Events(
            """{"choices":[{"index":0,"delta":{"content":"Is"},"token_ids":[7],"logprobs":{"content":[{"logprob":-0.5}]}}],"prompt_token_ids":[1,2,3,4,5]}""",
            """{"error":{"message":"the engine stopped"}}"""));

        var failure = await Assert.ThrowsAsync<PolicyUnavailableException>(() => ReadAsync(Client(server).StreamAsync(SecondTurn(), default)));

        Assert.Equal("The policy server gave up: the engine stopped", failure.Message);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Load_Version_AsksForIt()
    {
        using var server = new FakeServer(FakeServer.Json("{}"), FakeServer.Json("""{"type":"urn:archer:problem:version-refused","detail":"offset 8"}""", HttpStatusCode.UnprocessableEntity));
        var client = Client(server);

        await client.LoadAsync("quiz", "v000003", default);

        Assert.Equal("http://policy/v1/policies/quiz/versions/v000003/load", server.LastAddress!.ToString());
        var failure = await Assert.ThrowsAsync<VersionRefusedException>(() => client.LoadAsync("quiz", "v000003", default));
        Assert.Equal("offset 8", failure.Message);
    }

    [Fact]
    public void Validate_EverythingWrong_NamesEveryProblem()
    {
        var options = new PolicyClientOptions
        {
            Address = new Uri("ftp://x"),
            AttemptTimeout = TimeSpan.Zero,
            Retries = -1,
            ConcurrencyLimit = 0,
            BreakerFailureRatio = 2,
        };

        var result = new PolicyClientOptionsValidator().Validate(null, options);

        Assert.Equal(
            [
                "Archer:PolicyClient: Address is ftp://x/, expected an http or https address.",
                "Archer:PolicyClient: AttemptTimeout is 00:00:00, expected more than zero and at most 01:00:00.",
                "Archer:PolicyClient: Retries is -1, expected 0 to 10.",
                "Archer:PolicyClient: ConcurrencyLimit is 0, expected 1 or more.",
                "Archer:PolicyClient: BreakerFailureRatio is 2, expected more than 0 and at most 1.",
            ],
            result.Failures);
        Assert.True(new PolicyClientOptionsValidator().Validate(null, new PolicyClientOptions()).Succeeded);
    }

    private static HttpPolicyClient Client(FakeServer server, Action<PolicyClientOptions>? change = null, ILogger<HttpPolicyClient>? logger = null)
    {
        var options = new PolicyClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) };
        change?.Invoke(options);
        return new HttpPolicyClient(new HttpClient(server) { BaseAddress = new Uri("http://policy/") }, Options.Create(options), TimeProvider.System, logger ?? NullLogger<HttpPolicyClient>.Instance);
    }

    private static PolicyRequest SecondTurn() => new()
    {
        Agent = "quiz",
        Version = "v000002",
        SystemPrompt = "Ask.",
        History = [new PolicyTurn("Hi", [1, 2], "Yo", [3, 4])],
        UserText = "Yes.",
        Sampling = new SamplingSettings { Temperature = 0.5f, TopP = 0.9f, TopK = 5, MaxTokens = 16, Seed = (1UL << 53) - 1 },
    };

    private sealed class Lines : List<string>, ILogger<HttpPolicyClient>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }

    private static async Task<ImmutableArray<PolicyFragment>> ReadAsync(IAsyncEnumerable<PolicyFragment> stream)
    {
        var fragments = ImmutableArray.CreateBuilder<PolicyFragment>();
        await foreach (var fragment in stream)
        {
            fragments.Add(fragment);
        }

        return fragments.ToImmutable();
    }
}
