using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Archer.Client;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Role;
using Archer.Policy.Tests.Generation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Archer.Policy.Tests.Serving;

public sealed class PolicyProcessTests
{
    private const string Key = "a-key-of-enough-letters";

    [Fact]
    public async Task Start_BadSettings_AreAllReportedAtOnce()
    {
        await using var app = PolicyProcess.Build(
        [
            "--urls", "http://0.0.0.0:0", "--Archer:Policy:KeepVersions", "0", "--Archer:Policy:MaxBodyBytes", "5",
            "--Archer:Policy:Generation:MaxSequences", "0", "--Archer:Policy:DefaultMaxTokens", "-1", "--Archer:Policy:MaxChoices", "0",
        ], static builder => builder.Logging.ClearProviders());

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());

        Assert.Equal(
            [
                "Archer:Policy: the address http://0.0.0.0:0 is open to the network, which needs at least one key in Keys.",
                "Archer:Policy:DefaultMaxTokens: expected at least 1, found '-1'.",
                "Archer:Policy:Generation:MaxSequences: The field MaxSequences must be between 1 and 4096.",
                "Archer:Policy:KeepVersions: expected 1 to 1000, found '0'.",
                "Archer:Policy:MaxBodyBytes: expected 1024 to 1073741824, found '5'.",
                "Archer:Policy:MaxChoices: expected 1 to 1024, found '0'.",
            ],
            Program.Problems(failure).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_MistypedOptions_AreReportedAtOnce()
    {
        await using var app = PolicyProcess.Build(
            ["--Archer:Policy:KeepVersion", "3", "--Archer:Agents:quiz:TurnLimit=3", "--frehs"], static builder => builder.Logging.ClearProviders());

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());

        Assert.Equal(
            ["Unknown option --frehs.", "Unknown setting Archer:Policy:KeepVersion; did you mean KeepVersions?"],
            Program.Problems(failure).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Request_KeysConfigured_NeedsOne()
    {
        await using var server = await PolicyServer.StartAsync(settings: ["--Archer:Policy:Keys:0", Key]);

        using var without = await server.Http.GetAsync("v1/models");
        using var health = await server.Http.GetAsync("health/live");
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key + "x");
        using var wrong = await server.Http.GetAsync("v1/models");
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var right = await server.Http.GetAsync("v1/models");

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK],
            [without.StatusCode, health.StatusCode, wrong.StatusCode, right.StatusCode]);
        Assert.Equal(ProblemTypes.Unauthorized, JsonDocument.Parse(await without.Content.ReadAsStringAsync()).RootElement.GetProperty("type").GetString());
    }

    /// <summary>A page may send a request without a body and without asking first (<c>fetch</c> with <c>no-cors</c>).</summary>
    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Change_SentByAForeignPage_IsRefusedWithoutAKey(string header, string value)
    {
        await using var open = await PolicyServer.StartAsync();
        await using var locked = await PolicyServer.StartAsync(settings: ["--Archer:Policy:Keys:0", Key]);
        using var foreign = Load();
        using var keyed = Load();
        keyed.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);

        using var refused = await open.Http.SendAsync(foreign);
        using var taken = await locked.Http.SendAsync(keyed);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (refused.StatusCode, taken.StatusCode));
        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((ProblemTypes.ForeignPage, "foreign-page"), (problem.GetProperty("type").GetString(), problem.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(0, open.Loader.Loads(PolicyServer.Agent, PolicyServer.Version));

        HttpRequestMessage Load() => new(HttpMethod.Post, $"v1/policies/{PolicyServer.Agent}/versions/{PolicyServer.Version}/load") { Headers = { { header, value } } };
    }

    [Fact]
    public async Task Change_SentByAPageOfItsOwn_IsTaken()
    {
        await using var server = await PolicyServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/policies/{PolicyServer.Agent}/versions/{PolicyServer.Version}/load");
        request.Headers.Add("Origin", server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Start_PrintsItsAddress()
    {
        await using var server = await PolicyServer.StartAsync();

        Assert.Equal(
            $"The policy server is ready at {server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)}", server.Console.ToString().TrimEnd());
    }

    /// <summary>Without a settings file of its own; a setting still says otherwise.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Log_Requests_AreLeftOutUnlessASettingWantsThem(bool wanted)
    {
        var lines = new ConcurrentQueue<string>();
        string[] settings = wanted ? ["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Microsoft", "Information"] : ["--urls", "http://127.0.0.1:0"];
        await using var app = PolicyProcess.Build(settings, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(new Lines(lines));
            builder.Services.AddSingleton(TextWriter.Null);
        });
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        Assert.Equal("live", await http.GetStringAsync("health/live"));
        await app.StopAsync();

        Assert.Equal(wanted, lines.Any(category => category.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ready_OnlyWithAVersionOnDisk()
    {
        await using var server = await PolicyServer.StartAsync();
        await using var empty = await PolicyServer.StartAsync(static _ => { });

        Assert.Equal("ready", await server.Http.GetStringAsync("health/ready"));
        using var answer = await empty.Http.GetAsync("health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("live", await empty.Http.GetStringAsync("health/live"));
    }

    [Fact]
    public async Task Request_UnderAnotherHostName_IsRefusedWithoutKeys()
    {
        await using var server = await PolicyServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/models") { Headers = { Host = "evil.example" } };

        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Stream_ClientLeaves_FreesItsPlace()
    {
        var model = new HashModel(260, 1 << 16);
        await using var server = await PolicyServer.StartAsync(
            loader => loader.Add(PolicyServer.Agent, PolicyServer.Version, () => model),
            options => options.Generation = new GenerationOptions { MaxSequences = 1, CacheSlots = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/completions")
        {
            // The end of turn comes after some 260 tokens on average: seed 4 says enough to be left in the middle.
            Content = new StringContent("""{"model":"twenty-questions","prompt":"x","max_tokens":60000,"stream":true,"seed":4}""", Encoding.UTF8, "application/json"),
        };
        var engine = server.Services.GetRequiredService<GenerationThread>();
        using (var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.StartsWith("data: {", await reader.ReadLineAsync(), StringComparison.Ordinal);
        }

        Assert.True(SpinWait.SpinUntil(() => engine.UnfinishedCount == 0, TimeSpan.FromSeconds(30)));
        await server.ReplyAsync("v1/completions", new { model = PolicyServer.Agent, prompt = "x", max_tokens = 2 });
    }

    /// <summary>Headers and text are with the caller already: what went wrong is the last event, as OpenAI's clients expect it.</summary>
    [Fact]
    public async Task Stream_PassFailsInTheMiddle_EndsWithAnErrorAndFreesItsPlace()
    {
        var passes = 0;
        var model = new HashModel(260, 512) { BeforePass = () => _ = ++passes == 4 ? throw new InvalidOperationException("no memory left") : 0 };
        await using var server = await PolicyServer.StartAsync(loader => loader.Add(PolicyServer.Agent, PolicyServer.Version, () => model));
        var outcomes = new ConcurrentQueue<object?>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            // Other tests' servers have meters of the same name.
            if (instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>() && instrument.Name == "archer.policy.requests")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => outcomes.Enqueue(tags[0].Value));
        listener.Start();

        using var response = await server.PostAsync("v1/chat/completions", """{"model":"twenty-questions","messages":[{"role":"user","content":"x"}],"max_tokens":50,"stream":true,"seed":4}""");
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Contains("\"role\":\"assistant\"", events[0], StringComparison.Ordinal);
        Assert.Equal(
            """data: {"error":{"message":"A forward pass failed; the conversation is unchanged and may try again.","type":"server_error","param":null,"code":"policy-unavailable"}}""",
            events[^1]);
        Assert.DoesNotContain("data: [DONE]", events);
        Assert.Equal(0, server.Services.GetRequiredService<GenerationThread>().UnfinishedCount);
        Assert.True(SpinWait.SpinUntil(() => !outcomes.IsEmpty, TimeSpan.FromSeconds(30)));
        Assert.Equal("failed", Assert.Single(outcomes));
    }

    [Fact]
    public async Task Metrics_OverHttp_TellWhatTheEngineDid()
    {
        await using var server = await PolicyServer.StartAsync(
            loader => loader.Add(PolicyServer.Agent, PolicyServer.Version, () => new RecitingModel("abc")));
        await server.ReplyAsync("v1/completions", new { model = PolicyServer.Agent, prompt = "hello", max_tokens = 2 });

        var lines = (await server.Http.GetStringAsync("metrics")).Split('\n');

        foreach (var phase in new[] { "decode", "sample" })
        {
            var line = Assert.Single(lines, line => line.StartsWith("archer_policy_time_seconds_total{", StringComparison.Ordinal) && line.Contains($"phase=\"{phase}\"", StringComparison.Ordinal));
            Assert.True(double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) > 0);
        }
    }

    [Fact]
    public async Task Metrics_OfARequest_AreReported()
    {
        var sums = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == GenerationMetrics.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        listener.Start();
        await using var server = await PolicyServer.StartAsync(
            loader => loader.Add("measured", PolicyServer.Version, () => new RecitingModel("abc")));
        var before = Snapshot();

        await server.ReplyAsync("v1/completions", new { model = "measured", prompt = "hello", max_tokens = 2 });
        using var refused = await server.PostAsync("v1/completions", "{");
        Assert.True(SpinWait.SpinUntil(() => Delta("archer.policy.requests:refused") >= 1, TimeSpan.FromSeconds(30)));

        Assert.True(Delta("archer.policy.requests:ok") >= 1);
        Assert.True(Delta("archer.policy.tokens:prompt") >= 5);
        Assert.True(Delta("archer.policy.tokens:utterance") >= 2);
        Assert.True(Delta("archer.policy.batch.rows") >= 6);
        Assert.True(Delta("archer.policy.queue.time") >= 1);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (sums)
            {
                var name = tags.IsEmpty ? instrument.Name : $"{instrument.Name}:{tags[0].Value}";
                sums[name] = sums.GetValueOrDefault(name) + value;
            }
        }

        Dictionary<string, double> Snapshot()
        {
            lock (sums)
            {
                return new(sums);
            }
        }

        double Delta(string name) => Snapshot().GetValueOrDefault(name) - before.GetValueOrDefault(name);
    }

    private sealed class Lines(ConcurrentQueue<string> categories) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Line(categoryName, categories);

        public void Dispose()
        {
        }

        private sealed class Line(string category, ConcurrentQueue<string> categories) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                categories.Enqueue(category);
        }
    }
}
