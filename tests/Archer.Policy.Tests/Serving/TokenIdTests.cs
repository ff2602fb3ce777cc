using System.Text.Json;
using Archer.Policy.Text;

namespace Archer.Policy.Tests.Serving;

/// <summary>Token-in, token-out: what was said once is never tokenised again.</summary>
public sealed class TokenIdTests
{
    private static readonly ChatTemplate Template = new(ScriptedLoader.Tokenizer);

    [Fact]
    public async Task Chat_TurnByTurnWithRecordedIds_ContinuesTheSameObservation()
    {
        await using var server = await PolicyServer.StartAsync();
        List<object> messages = [new { role = "system", content = "Ask." }, new { role = "user", content = "Let's play." }];
        int[] observation = [];
        for (var turn = 0; turn < 4; turn++)
        {
            var reply = await ChatAsync(server, messages, seed: (ulong)turn);
            var prompt = Ids(reply.GetProperty("prompt_token_ids"));
            var said = Ids(Choice(reply).GetProperty("token_ids"));

            Assert.Equal(observation, prompt[..observation.Length]);
            Assert.Equal(said.Length, Choice(reply).GetProperty("logprobs").GetProperty("content").GetArrayLength());
            Assert.Equal(PolicyServer.Version, reply.GetProperty("policy_version").GetString());
            Assert.Equal(JsonValueKind.Number, reply.GetProperty("value").ValueKind);

            // The recorded ids stand for their text: what the text says then is of no importance.
            messages.RemoveAll(message => message.GetType().GetProperty("token_ids") is null);
            messages.Add(new { role = "user", content = "something else", token_ids = prompt[observation.Length..] });
            messages.Add(new { role = "assistant", content = "", token_ids = said });
            messages.Add(new { role = "user", content = turn % 2 == 0 ? "No." : "Yes." });
            observation = [.. prompt, .. said];
        }
    }

    [Fact]
    public async Task Chat_FirstTurn_IsTheTemplate()
    {
        await using var server = await PolicyServer.StartAsync();

        var reply = await ChatAsync(server, [new { role = "user", content = "Hello" }], seed: 1);

        Assert.Equal(Template.Observation([ChatMessage.User("Hello")]), Ids(reply.GetProperty("prompt_token_ids")));
        Assert.Equal(Ids(reply.GetProperty("prompt_token_ids")).Length, reply.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task Chat_SpecialTokensOtherThanTheEnd_AreNeverSaid()
    {
        await using var server = await PolicyServer.StartAsync();
        var banned = ScriptedLoader.Tokenizer.SpecialTokens.Where(special => special.Id != Template.StopId).Select(special => special.Id).ToHashSet();
        var said = new List<int>();
        for (ulong seed = 0; seed < 40; seed++)
        {
            said.AddRange(Ids(Choice(await ChatAsync(server, [new { role = "user", content = "Hello" }], seed, maxTokens: 200)).GetProperty("token_ids")));
        }

        Assert.True(said.Count > 3000);
        Assert.DoesNotContain(said, banned.Contains);
        Assert.Contains(Template.StopId, said);
    }

    [Fact]
    public async Task Chat_SeveralChoices_DifferAndTheFirstHasTheRequestsSeed()
    {
        await using var server = await PolicyServer.StartAsync();
        object[] messages = [new { role = "user", content = "Hello" }];

        var one = await ChatAsync(server, messages, seed: 9);
        var three = await server.ReplyAsync("v1/chat/completions", new { model = PolicyServer.Agent, messages, seed = 9, n = 3, max_tokens = 20, return_token_ids = true });
        var choices = three.GetProperty("choices").EnumerateArray().Select(choice => string.Join(' ', Ids(choice.GetProperty("token_ids")))).ToArray();

        Assert.Equal(3, choices.Distinct().Count());
        Assert.Equal(string.Join(' ', Ids(Choice(one).GetProperty("token_ids"))), choices[0]);
    }

    [Fact]
    public async Task Completions_TokenIdsOrText_AreReadWithoutTemplate()
    {
        await using var server = await PolicyServer.StartAsync();
        var ids = ScriptedLoader.Tokenizer.Encode("Once upon");

        var byText = await CompleteAsync(server, "Once upon");
        var byIds = await CompleteAsync(server, ids);
        var nested = await CompleteAsync(server, new[] { ids });

        Assert.Equal(ids, Ids(byText.GetProperty("prompt_token_ids")));
        Assert.Equal(Ids(Choice(byText).GetProperty("token_ids")), Ids(Choice(byIds).GetProperty("token_ids")));
        Assert.Equal(Ids(Choice(byText).GetProperty("token_ids")), Ids(Choice(nested).GetProperty("token_ids")));
        var logprobs = Choice(byText).GetProperty("logprobs");
        Assert.Equal(8, logprobs.GetProperty("token_logprobs").GetArrayLength());
        Assert.Equal(8, logprobs.GetProperty("text_offset").GetArrayLength());
        Assert.InRange(logprobs.GetProperty("top_logprobs")[0].EnumerateObject().Count(), 1, 2);
    }

    [Fact]
    public async Task Completions_Stream_EndsWithVersionValueUsageAndDone()
    {
        await using var server = await PolicyServer.StartAsync();
        using var response = await server.PostAsync("v1/completions", """
            {"model": "twenty-questions", "prompt": "Once", "seed": 3, "max_tokens": 8, "stream": true, "return_token_ids": true, "stream_options": {"include_usage": true}}
            """);
        var lines = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var whole = await server.ReplyAsync("v1/completions", new { model = PolicyServer.Agent, prompt = "Once", seed = 3, max_tokens = 8, return_token_ids = true });

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("data: [DONE]", lines[^1]);
        var chunks = lines[..^1].Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement).ToArray();
        Assert.Equal(8, chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(PolicyServer.Version, chunks[^2].GetProperty("policy_version").GetString());
        Assert.Equal(whole.GetProperty("value").GetSingle(), chunks[^2].GetProperty("value").GetSingle());
        Assert.Equal("length", Choice(chunks[^2]).GetProperty("finish_reason").GetString());
        Assert.Equal(Ids(whole.GetProperty("prompt_token_ids")), Ids(chunks[0].GetProperty("prompt_token_ids")));
        Assert.Equal(Choice(whole).GetProperty("text").GetString(), string.Concat(chunks[..^1].Select(chunk => Choice(chunk).GetProperty("text").GetString())));
        Assert.Equal(
            Ids(Choice(whole).GetProperty("token_ids")),
            chunks[..^1].SelectMany(chunk => Choice(chunk).TryGetProperty("token_ids", out var ids) ? Ids(ids) : []));
    }

    private static Task<JsonElement> ChatAsync(PolicyServer server, IEnumerable<object> messages, ulong seed, int maxTokens = 20) => server.ReplyAsync(
        "v1/chat/completions",
        new { model = PolicyServer.Agent, messages, seed, max_tokens = maxTokens, logprobs = true, return_token_ids = true });

    private static Task<JsonElement> CompleteAsync(PolicyServer server, object prompt) => server.ReplyAsync(
        "v1/completions", new { model = PolicyServer.Agent, prompt, seed = 3, max_tokens = 8, logprobs = 2, return_token_ids = true });

    private static JsonElement Choice(JsonElement reply) => reply.GetProperty("choices")[0];

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];
}
