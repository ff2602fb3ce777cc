using System.ClientModel;
using System.Text;
using OpenAI.Chat;
using ChatMessage = OpenAI.Chat.ChatMessage;

namespace Archer.Policy.Tests.Serving;

/// <summary>OpenAI's own client of .NET talks to the server.</summary>
public sealed class OpenAIClientTests
{
    private static readonly ChatMessage[] Messages =
        [new SystemChatMessage("Ask."), new UserChatMessage("Let's play."), new AssistantChatMessage("Is it alive?"), new UserChatMessage("No.")];

    [Fact]
    public async Task Models_AreListed()
    {
        await using var server = await PolicyServer.StartAsync();
        await server.OpenAI.GetChatClient(PolicyServer.Agent).CompleteChatAsync("Hello");

        var models = (await server.OpenAI.GetOpenAIModelClient().GetModelsAsync()).Value;

        Assert.Equal([PolicyServer.Agent, $"{PolicyServer.Agent}@{PolicyServer.Version}"], models.Select(model => model.Id));
    }

    [Fact]
    public async Task Model_IsRetrievedByAgentAndByVersion()
    {
        await using var server = await PolicyServer.StartAsync();
        var models = server.OpenAI.GetOpenAIModelClient();

        var agent = (await models.GetModelAsync(PolicyServer.Agent)).Value;
        var version = (await models.GetModelAsync($"{PolicyServer.Agent}@{PolicyServer.Version}")).Value;
        var missing = await Assert.ThrowsAsync<ClientResultException>(() => models.GetModelAsync("nobody"));

        Assert.Equal((PolicyServer.Agent, $"{PolicyServer.Agent}@{PolicyServer.Version}", "archer"), (agent.Id, version.Id, version.OwnedBy));
        Assert.Equal(404, missing.Status);
        Assert.Contains("The model 'nobody' does not exist.", missing.Message, StringComparison.Ordinal);
    }

    /// <summary>Bookkeeping that changes nothing about the reply.</summary>
    [Fact]
    public async Task CompleteChat_MembersThatAreIgnored_AreTaken()
    {
        await using var server = await PolicyServer.StartAsync();
        var options = Options(seed: 15);
        options.EndUserId = "somebody";
        options.StoredOutputEnabled = false;
        options.Metadata.Add("ticket", "12");
        ChatMessage[] messages = [new SystemChatMessage("Ask.") { ParticipantName = "desk" }, new UserChatMessage("Let's play.") { ParticipantName = "ann" }];

        var reply = (await server.OpenAI.GetChatClient(PolicyServer.Agent).CompleteChatAsync(messages, options)).Value;

        Assert.Equal(ChatFinishReason.Length, reply.FinishReason);
    }

    [Fact]
    public async Task CompleteChat_MemberThatIsNotSupported_IsNamed()
    {
        await using var server = await PolicyServer.StartAsync();
#pragma warning disable OPENAI001 // Experimental in the client, sent as "modalities".
        var options = new ChatCompletionOptions { ResponseModalities = ChatResponseModalities.Text | ChatResponseModalities.Audio };
#pragma warning restore OPENAI001

        var failure = await Assert.ThrowsAsync<ClientResultException>(() => server.OpenAI.GetChatClient(PolicyServer.Agent).CompleteChatAsync(Messages, options));

        Assert.Equal(400, failure.Status);
        Assert.Contains("modalities", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompleteChat_Seeded_SaysTheSameTwiceWithLogProbabilities()
    {
        await using var server = await PolicyServer.StartAsync();
        var chat = server.OpenAI.GetChatClient(PolicyServer.Agent);

        var first = (await chat.CompleteChatAsync(Messages, Options(seed: 15))).Value;
        var second = (await chat.CompleteChatAsync(Messages, Options(seed: 15))).Value;
        var other = (await chat.CompleteChatAsync(Messages, Options(seed: 16))).Value;

        Assert.Equal(Text(first), Text(second));
        Assert.NotEqual(Text(first), Text(other));
        Assert.Equal($"{PolicyServer.Agent}@{PolicyServer.Version}", first.Model);
        Assert.Equal(ChatFinishReason.Length, first.FinishReason);
        Assert.Equal((24, first.Usage.InputTokenCount + 24), (first.Usage.OutputTokenCount, first.Usage.TotalTokenCount));
        Assert.Equal(24, first.ContentTokenLogProbabilities.Count);
        Assert.All(first.ContentTokenLogProbabilities, token =>
        {
            Assert.InRange(token.LogProbability, -20f, 0f);
            Assert.Equal(3, token.TopLogProbabilities.Count);
            Assert.True(token.TopLogProbabilities[0].LogProbability >= token.LogProbability);
        });
        Assert.Equal(second.ContentTokenLogProbabilities.Select(token => token.LogProbability), first.ContentTokenLogProbabilities.Select(token => token.LogProbability));
    }

    [Fact]
    public async Task CompleteChatStreaming_PutTogether_IsTheWholeReply()
    {
        await using var server = await PolicyServer.StartAsync();
        var chat = server.OpenAI.GetChatClient(PolicyServer.Agent);
        var whole = (await chat.CompleteChatAsync(Messages, Options(seed: 11))).Value;

        var text = new StringBuilder();
        var logProbabilities = new List<float>();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync(Messages, Options(seed: 11)))
        {
            text.AppendJoin("", update.ContentUpdate.Select(part => part.Text));
            logProbabilities.AddRange(update.ContentTokenLogProbabilities.Select(token => token.LogProbability));
            finish ??= update.FinishReason;
            usage ??= update.Usage;
        }

        Assert.Equal(Text(whole), text.ToString());
        Assert.Equal(whole.ContentTokenLogProbabilities.Select(token => token.LogProbability), logProbabilities);
        Assert.Equal(whole.FinishReason, finish);
        Assert.Equal(whole.Usage.OutputTokenCount, usage!.OutputTokenCount);
    }

    [Fact]
    public async Task CompleteChat_StopText_EndsBeforeIt()
    {
        await using var server = await PolicyServer.StartAsync(
            loader => loader.Add(PolicyServer.Agent, PolicyServer.Version, () => new RecitingModel("yes, it is alive.<end>more")));
        var chat = server.OpenAI.GetChatClient(PolicyServer.Agent);
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 60, StopSequences = { "<end>", "never" } };

        var whole = (await chat.CompleteChatAsync(Messages, options)).Value;
        var streamed = await chat.CompleteChatStreamingAsync(Messages, options).SelectMany(update => update.ContentUpdate).Select(part => part.Text).ToListAsync();

        Assert.Equal(("yes, it is alive.", ChatFinishReason.Stop), (Text(whole), whole.FinishReason));
        Assert.Equal("yes, it is alive.", string.Concat(streamed));
    }

    [Fact]
    public async Task CompleteChat_UnknownModel_ShowsTheMessage()
    {
        await using var server = await PolicyServer.StartAsync();

        var failure = await Assert.ThrowsAsync<ClientResultException>(() => server.OpenAI.GetChatClient("nobody").CompleteChatAsync("Hello"));

        Assert.Equal(404, failure.Status);
        Assert.Contains("The model 'nobody' does not exist.", failure.Message, StringComparison.Ordinal);
    }

    private static ChatCompletionOptions Options(long seed) => new()
    {
#pragma warning disable OPENAI001 // The client calls the seed experimental; the API has had it since 2023.
        Seed = seed,
#pragma warning restore OPENAI001
        MaxOutputTokenCount = 24,
        Temperature = 0.9f,
        TopP = 0.95f,
        IncludeLogProbabilities = true,
        TopLogProbabilityCount = 3,
    };

    private static string Text(ChatCompletion completion) => string.Concat(completion.Content.Select(part => part.Text));
}
