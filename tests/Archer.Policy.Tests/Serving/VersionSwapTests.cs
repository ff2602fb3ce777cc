using System.Net.Http.Json;
using System.Text.Json;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Tests.Generation;
using Archer.Testing.Grains;

namespace Archer.Policy.Tests.Serving;

public sealed class VersionSwapTests
{
    private const int Versions = 20;
    private const int Conversations = 64;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    /// <summary>What an agent's grain decided: every turn names it.</summary>
    private volatile string _serving = Name(0);

    /// <summary>Each version recites its own letter, so that an utterance of two versions would show.</summary>
    [Fact]
    public async Task Serve_TwentyVersionsWhile64ConversationsRun_FailsNoneAndMixesNone()
    {
        await using var server = await PolicyServer.StartAsync(loader =>
        {
            for (var version = 0; version <= Versions; version++)
            {
                var letter = Letter(version);
                loader.Add(PolicyServer.Agent, Name(version), () => new RecitingModel(new string(letter, 24), value: letter));
            }
        });
        await ServeAsync(server, 0);
        var seen = new int[Versions + 1];
        var utterances = 0;
        using var published = new CancellationTokenSource();

        var conversations = Enumerable.Range(0, Conversations).Select(async conversation =>
        {
            List<object> messages = [new { role = "user", content = "Let's play." }];
            while (!published.IsCancellationRequested)
            {
                var version = await SayAsync(server, messages, conversation);
                Interlocked.Increment(ref seen[version]);
                Interlocked.Increment(ref utterances);
            }
        }).ToArray();
        for (var version = 1; version <= Versions; version++)
        {
            // Publish when everybody has spoken since the last time.
            var goal = Volatile.Read(ref utterances) + Conversations;
            await Eventually.TrueAsync(() => Volatile.Read(ref utterances) >= goal || conversations.Any(task => task.IsFaulted), "utterances after a swap");
            await ServeAsync(server, version);
        }

        var last = Volatile.Read(ref utterances) + Conversations;
        await Eventually.TrueAsync(() => Volatile.Read(ref utterances) >= last || conversations.Any(task => task.IsFaulted), "utterances after the last swap");
        await published.CancelAsync();
        await Task.WhenAll(conversations).WaitAsync(Deadline);

        Assert.All(seen, count => Assert.True(count > 0));
        var status = await server.Http.GetFromJsonAsync<JsonElement>($"v1/policies/{PolicyServer.Agent}");
        Assert.Contains(Name(Versions), status.GetProperty("resident").EnumerateArray().Select(version => version.GetProperty("version").GetString()));
        Assert.InRange(status.GetProperty("resident").GetArrayLength(), 1, 3);
    }

    [Fact]
    public async Task Serve_RequestInFlight_FinishesOnTheVersionThatItBeganWith()
    {
        using var gate = new ManualResetEventSlim();
        var slow = new HashModel(260, 512, seed: 1) { BeforePass = () => gate.Wait(Deadline) };
        await using var server = await PolicyServer.StartAsync(loader =>
        {
            loader.Add(PolicyServer.Agent, Name(1), () => slow);
            loader.Add(PolicyServer.Agent, Name(2), () => new RecitingModel("two"));
        }, options => options.KeepVersions = 1);
        await ServeAsync(server, 1);
        var inFlight = server.ReplyAsync("v1/chat/completions", Chat("Hello", maxTokens: 20, model: Serving));
        await Eventually.TrueAsync(() => InUse(server) == 1, "a request in flight");

        await ServeAsync(server, 2);
        gate.Set();
        var after = await server.ReplyAsync("v1/chat/completions", Chat("Hello", maxTokens: 20, model: Serving));

        Assert.Equal(Name(1), (await inFlight).GetProperty("policy_version").GetString());
        Assert.Equal(Name(2), after.GetProperty("policy_version").GetString());
        Assert.Equal("two", after.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Load_MoreVersionsThanAreKept_FreesThoseUsedLongestAgo()
    {
        var models = Enumerable.Range(0, 6).Select(i => new RecitingModel($"version {i}")).ToArray();
        await using var server = await PolicyServer.StartAsync(loader =>
        {
            foreach (var (i, model) in models.Index())
            {
                loader.Add(PolicyServer.Agent, Name(i), () => model);
            }
        });
        for (var version = 0; version < models.Length; version++)
        {
            var reply = await server.ReplyAsync("v1/chat/completions", Chat("Hello", model: $"{PolicyServer.Agent}@{Name(version)}"));
            Assert.Equal(Name(version), reply.GetProperty("policy_version").GetString());
        }

        await Eventually.TrueAsync(() => models[..3].All(model => model.IsDisposed), "the three oldest models are disposed");
        Assert.Equal([true, true, true, false, false, false], models.Select(model => model.IsDisposed));
    }

    [Fact]
    public async Task Load_ManyAtOnce_ReadsTheVersionOnce()
    {
        await using var server = await PolicyServer.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.ReplyAsync("v1/chat/completions", Chat("Hello"))));

        Assert.Equal(1, server.Loader.Loads(PolicyServer.Agent, PolicyServer.Version));
    }

    private static string Name(int version) => $"v{version:D6}";

    private static char Letter(int version) => (char)('a' + version);

    private static object Chat(string text, int maxTokens = 40, string model = PolicyServer.Agent) =>
        new { model, messages = new[] { new { role = "user", content = text } }, max_tokens = maxTokens, seed = 1 };

    private static int InUse(PolicyServer server)
    {
        var registry = (PolicyRegistry)server.Services.GetService(typeof(PolicyRegistry))!;
        return registry.Describe(PolicyServer.Agent).Resident().Sum(policy => policy.InUse);
    }

    private string Serving => $"{PolicyServer.Agent}@{_serving}";

    private async Task ServeAsync(PolicyServer server, int version)
    {
        using var response = await server.Http.PostAsync($"v1/policies/{PolicyServer.Agent}/versions/{Name(version)}/load", null);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        _serving = Name(version);
    }

    /// <summary>One turn; checks that its text, version and value are of one version, and gives its number.</summary>
    private async Task<int> SayAsync(PolicyServer server, List<object> messages, int seed)
    {
        var reply = await server.ReplyAsync(
            "v1/chat/completions", new { model = Serving, messages, seed, max_tokens = 40, return_token_ids = true, logprobs = true });
        var choice = reply.GetProperty("choices")[0];
        var text = choice.GetProperty("message").GetProperty("content").GetString()!;
        var version = text[0] - 'a';
        Assert.Equal(new string(Letter(version), 24), text);
        Assert.Equal(Name(version), reply.GetProperty("policy_version").GetString());
        Assert.Equal((float)Letter(version), reply.GetProperty("value").GetSingle());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        if (messages.Count > 20)
        {
            messages.RemoveRange(1, messages.Count - 1);
            return version;
        }

        messages.Add(new { role = "assistant", content = "", token_ids = choice.GetProperty("token_ids") });
        messages.Add(new { role = "user", content = "No." });
        return version;
    }
}
