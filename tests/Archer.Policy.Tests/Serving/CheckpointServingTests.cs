using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Archer.Client.Policies;
using Archer.Policy.Generation;
using Archer.Policy.Tensors;
using Archer.Testing;

namespace Archer.Policy.Tests.Serving;

/// <summary>Real networks from checkpoint directories.</summary>
public sealed class CheckpointServingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Chat_OverSeveralTurns_HasTheLogProbabilitiesAndValuesOfTheLearnersPass()
    {
        SamplePolicies.Write(_directory.Path, seed: 5);
        await using var server = await StartAsync();
        List<object> messages = [new { role = "user", content = "Let's play." }];
        List<int> episode = [];
        List<(int Begin, float[] LogProbabilities, float Value)> turns = [];
        for (var turn = 0; turn < 5; turn++)
        {
            var reply = await server.ReplyAsync(
                "v1/chat/completions", new { model = PolicyServer.Agent, messages, seed = turn, max_tokens = 12, logprobs = true, return_token_ids = true });
            var prompt = Numbers(reply.GetProperty("prompt_token_ids"));
            var choice = reply.GetProperty("choices")[0];
            var said = Numbers(choice.GetProperty("token_ids"));
            var added = prompt[episode.Count..];
            episode = [.. prompt];
            turns.Add((
                episode.Count,
                [.. choice.GetProperty("logprobs").GetProperty("content").EnumerateArray().Select(token => token.GetProperty("logprob").GetSingle())],
                reply.GetProperty("value").GetSingle()));
            episode.AddRange(said);
            messages[^1] = new { role = "user", content = "", token_ids = added };
            messages.Add(new { role = "assistant", content = "", token_ids = said });
            messages.Add(new { role = "user", content = "No." });
        }

        using var backend = TensorBackends.Cpu();
        using var step = backend.BeginStep(record: false);
        var packed = new PackedTokens([episode]);
        var actor = SamplePolicies.Actor(backend, 5);
        var critic = SamplePolicies.Critic(backend, 5);
        var mask = GenerationMask.ForChat(ScriptedLoader.Tokenizer, SamplePolicies.Config.VocabularySize);
        var hidden = actor.Hidden(packed);
        foreach (var (begin, logProbabilities, value) in turns)
        {
            int[] rows = [.. Enumerable.Range(begin - 1, logProbabilities.Length)];
            var logits = actor.LogitsAt(hidden, rows);
            for (var i = 0; i < rows.Length; i++)
            {
                Assert.Equal(Masked(logits.Values.Slice(i * logits.Columns, logits.Columns), mask, episode[begin + i]), logProbabilities[i], 2e-6);
            }

            var output = critic.Evaluate(packed, [begin - 1], [begin]);
            Assert.Equal(Math.Min(output.V1.Values[0], output.V2.Values[0]), value, 2e-6);
        }
    }

    [Fact]
    public async Task Chat_SameSeed_IsTheSameAloneInACrowdAndAfterOtherTurns()
    {
        SamplePolicies.Write(_directory.Path, seed: 6);
        await using var server = await StartAsync();
        var alone = new List<string>();
        for (var i = 0; i < 24; i++)
        {
            alone.Add(await SayAsync(server, i));
        }

        var crowd = await Task.WhenAll(Enumerable.Range(0, 24).Reverse().Select(i => SayAsync(server, i)));

        Assert.Equal(alone, crowd.Reverse());
    }

    [Fact]
    public async Task Chat_VersionWithoutCritic_HasNoValue()
    {
        SamplePolicies.Write(_directory.Path, seed: 7, withCritic: false);
        await using var server = await StartAsync();

        var reply = await server.ReplyAsync("v1/chat/completions", Hello(0));

        Assert.False(reply.TryGetProperty("value", out _));
        Assert.False((await server.Http.GetFromJsonAsync<JsonElement>($"v1/policies/{PolicyServer.Agent}")).GetProperty("resident")[0].GetProperty("has_critic").GetBoolean());
    }

    [Fact]
    public async Task Serve_TornFile_IsRefusedAndNothingElseChanges()
    {
        var good = SamplePolicies.Write(_directory.Path, seed: 8);
        var torn = SamplePolicies.Write(_directory.Path, seed: 9);
        var file = _directory[PolicyServer.Agent, torn.Version, "model.safetensors"];
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await using var server = await StartAsync();
        var before = await server.ReplyAsync("v1/chat/completions", Hello(1));

        using var response = await server.Http.PostAsync($"v1/policies/{PolicyServer.Agent}/versions/{torn.Version}/load", null);
        var detail = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();
        var after = await server.ReplyAsync("v1/chat/completions", Hello(1));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.StartsWith($"Version {torn.Version} of agent '{PolicyServer.Agent}' was refused. Checkpoint file '{file}' was refused at its SHA-256: expected ", detail, StringComparison.Ordinal);
        Assert.Equal((good.Version, good.Version), (before.GetProperty("policy_version").GetString(), after.GetProperty("policy_version").GetString()));
        Assert.Equal(Content(before), Content(after));
    }

    [Fact]
    public async Task Load_DivergedWeights_AreRefused()
    {
        var diverged = SamplePolicies.Write(_directory.Path, seed: 10, change: actor => actor.Parameters["model.norm.weight"].Write([.. Enumerable.Repeat(float.MaxValue, 32)]));
        await using var server = await StartAsync();

        using var response = await server.Http.PostAsync($"v1/policies/{PolicyServer.Agent}/versions/{diverged.Version}/load", null);
        var detail = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();

        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, $"Version {diverged.Version} of agent '{PolicyServer.Agent}' was refused: its logits after one token should be finite, found NaN. It has diverged; use another version."),
            (response.StatusCode, detail));
    }

    /// <summary>Numbers of a row that the canary does not read.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Load_OneWeightThatIsNoNumber_IsRefusedWithItsPlace(float wrong)
    {
        var damaged = SamplePolicies.Write(_directory.Path, seed: 10, change: actor =>
        {
            float[] rows = [.. actor.Parameters["model.embed_tokens.weight"].Values];
            rows[(65 * 32) + 1] = wrong;
            actor.Parameters["model.embed_tokens.weight"].Write(rows);
        });
        await using var server = await StartAsync();

        using var response = await server.Http.PostAsync($"v1/policies/{PolicyServer.Agent}/versions/{damaged.Version}/load", null);
        var detail = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains($"was refused at tensor 'model.embed_tokens.weight': expected finite numbers, found {wrong} at element 2081. ", detail, StringComparison.Ordinal);
    }

    /// <summary>A base from elsewhere has no manifest, and need not have been made for conversations.</summary>
    [Fact]
    public async Task Chat_NewestVersionWithoutTheTemplatesTokens_IsRefusedAndTheOneBeforeServes()
    {
        var good = SamplePolicies.Write(_directory.Path, seed: 8);
        var foreign = SamplePolicies.Write(_directory.Path, seed: 9);
        File.Delete(_directory[PolicyServer.Agent, foreign.Version, PolicyManifest.FileName]);
        var file = _directory[PolicyServer.Agent, foreign.Version, "tokenizer.json"];
        var json = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        json["added_tokens"]![1]!["content"] = "<|human|>";
        json["model"]!["vocab"]!.AsObject().Remove("<|user|>");
        await File.WriteAllTextAsync(file, json.ToJsonString());
        await using var server = await StartAsync();

        using var response = await server.Http.PostAsync($"v1/policies/{PolicyServer.Agent}/versions/{foreign.Version}/load", null);
        var detail = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();
        var reply = await server.ReplyAsync("v1/chat/completions", Hello(1));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains(
            $"Checkpoint file '{file}' was refused at $.added_tokens: expected the chat's '<|system|>', '<|user|>', '<|assistant|>', '<|end|>', found no '<|user|>'. ",
            detail,
            StringComparison.Ordinal);
        Assert.Equal(good.Version, reply.GetProperty("policy_version").GetString());
    }

    [Fact]
    public async Task Models_VersionWrittenWhileRunning_IsFound()
    {
        await using var server = await StartAsync();
        using var before = await server.PostAsync("v1/chat/completions", JsonSerializer.Serialize(Hello(0)));
        var manifest = SamplePolicies.Write(_directory.Path, seed: 11);

        var after = await server.ReplyAsync("v1/chat/completions", Hello(0));

        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        Assert.Equal(manifest.Version, after.GetProperty("policy_version").GetString());
    }

    public void Dispose() => _directory.Dispose();

    private Task<PolicyServer> StartAsync() => PolicyServer.StartAsync(options: options => options.PoliciesDirectory = _directory.Path, scripted: false);

    private static object Hello(int seed) => new
    {
        model = PolicyServer.Agent,
        messages = new[] { new { role = "user", content = string.Concat(Enumerable.Repeat("Hello. ", 1 + (seed % 5))) } },
        seed,
        max_tokens = 16,
        logprobs = true,
        return_token_ids = true,
    };

    /// <summary>The choice as it is in the reply: ids and log-probabilities, to the last digit.</summary>
    private static async Task<string> SayAsync(PolicyServer server, int seed) =>
        (await server.ReplyAsync("v1/chat/completions", Hello(seed))).GetProperty("choices").GetRawText();

    private static string? Content(JsonElement reply) => reply.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private static double Masked(ReadOnlySpan<float> logits, GenerationMask mask, int id)
    {
        float[] masked = [.. logits];
        mask.Apply(masked);
        var max = masked.Max();
        return masked[id] - max - Math.Log(masked.Sum(logit => Math.Exp(logit - max)));
    }

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];
}
