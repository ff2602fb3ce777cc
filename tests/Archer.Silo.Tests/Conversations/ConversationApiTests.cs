using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Http;
using Archer.Silo.Tests.Http;

namespace Archer.Silo.Tests.Conversations;

public sealed class ConversationApiTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Conversation_FromStartToEnd()
    {
        using var started = await silo.PostAsync("/v1/conversations", """{"agent":"quiz","id":"whole","user":"u","sampling":{"temperature":0.5}}""");
        Assert.Equal((HttpStatusCode.Created, "/v1/conversations/whole"), (started.StatusCode, started.Headers.Location?.ToString()));

        var reply = await silo.PostAsync("/v1/conversations/whole/messages", """{"text":"Hi","key":"1"}""").JsonAsync();
        await silo.PostAsync("/v1/conversations/whole/messages", """{"text":"No.","reward":-1,"key":"2"}""").JsonAsync();
        var receipt = await silo.PostAsync("/v1/conversations/whole/rewards", """{"reward":0.5,"turn":0}""").JsonAsync();
        var ended = await silo.PostAsync("/v1/conversations/whole/end", """{"outcome":"terminated","reward":0}""").JsonAsync();
        var read = await silo.Http.GetAsync("/v1/conversations/whole").JsonAsync();

        Assert.Equal(
            """{"conversation":"whole","turn":0,"text":"Question 0 of v000000?","policy_version":"v000000","value":0,"finish_reason":"stop","tokens":23,"turns_left":19}""",
            reply.GetRawText());
        Assert.Equal("""{"conversation":"whole","turn":0,"reward":0.5,"revision":1}""", receipt.GetRawText());
        Assert.Equal(read.GetRawText(), ended.GetRawText());
        Assert.Equal(("ended", "terminated", "client"), (Text(read, "status"), Text(read, "outcome"), Text(read, "end_reason")));
        Assert.Equal((0.5, 2, 0.5), (read.GetProperty("return").GetDouble(), read.GetProperty("turns").GetArrayLength(), read.GetProperty("sampling").GetProperty("temperature").GetDouble()));
    }

    [Fact]
    public async Task Start_WithoutAnId_ChoosesOne()
    {
        var first = await silo.PostAsync("/v1/conversations", """{"agent":"quiz"}""").JsonAsync(HttpStatusCode.Created);
        var second = await silo.PostAsync("/v1/conversations", """{"agent":"quiz"}""").JsonAsync(HttpStatusCode.Created);

        Assert.NotEqual(Text(first, "id"), Text(second, "id"));
        await silo.Http.GetAsync($"/v1/conversations/{Text(first, "id")}").JsonAsync();
    }

    [Theory]
    [InlineData("""{"text":"Hi","stream":true}""", "*/*")]
    [InlineData("""{"text":"Hi"}""", "text/event-stream")]
    public async Task Messages_Streamed_AreEvents(string body, string accept)
    {
        var id = await silo.BeginAsync($"stream-{accept.Length}");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/conversations/{id}/messages");
        request.Headers.Add("Accept", accept);
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var events = await SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().ToListAsync();
        Assert.Equal(["text", "text", "text", "text", "reply"], events.Select(item => item.EventType));
        var fragments = events.Select(item => JsonSerializer.Deserialize(item.Data, ArcherJson.Default.TurnFragment)!).ToList();
        Assert.Equal("Question 0 of v000000?", string.Concat(fragments.Select(fragment => fragment.Text)));
        Assert.Equal((0, "Question 0 of v000000?"), (fragments[^1].Reply!.Turn, fragments[^1].Reply!.Text));
    }

    [Fact]
    public async Task Messages_StreamFails_BeforeTextAsAProblemAfterTextAsAnEvent()
    {
        var id = await silo.BeginAsync("broken-stream");
        silo.Policy.FailNext();
        await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Hi","stream":true}""").ProblemAsync(503, ProblemTypes.PolicyUnavailable);
        silo.Policy.BreakStreamAfter = 1;

        using var answer = await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Hi","stream":true}""");

        silo.Policy.BreakStreamAfter = null;
        var events = await SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().ToListAsync();
        Assert.Equal(["text", "error"], events.Select(item => item.EventType));
        Assert.Equal(503, JsonSerializer.Deserialize(events[1].Data, ArcherJson.Default.ProblemDocument)!.Status);
        Assert.Equal(0, (await silo.Http.GetAsync($"/v1/conversations/{id}").JsonAsync()).GetProperty("turns").GetArrayLength());
    }

    [Fact]
    public async Task Messages_PolicyAway_Is503WithRetryAfter()
    {
        var id = await silo.BeginAsync("away");
        silo.Policy.FailNext();

        var problem = await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Hi"}""").ProblemAsync(503, ProblemTypes.PolicyUnavailable);

        Assert.Equal(("No policy server answered.", 2), (problem.Detail, problem.RetryAfterSeconds));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_ServingVersionCannotAnswer_Is503AndChangesNothing(bool stream)
    {
        var id = await silo.BeginAsync($"unserved-{stream}");
        silo.Policy.Unanswering["v000000"] = "There is no such version.";
        var body = $$"""{"text":"Hi","key":"k","stream":{{(stream ? "true" : "false")}}}""";

        var problem = await silo.PostAsync($"/v1/conversations/{id}/messages", body).ProblemAsync(503, ProblemTypes.PolicyUnavailable);

        silo.Policy.Unanswering.Clear();
        Assert.Equal(("Version v000000, which agent quiz serves, cannot answer: There is no such version.", 2), (problem.Detail, problem.RetryAfterSeconds));
        Assert.Equal(0, (await silo.Http.GetAsync($"/v1/conversations/{id}").JsonAsync()).GetProperty("turns").GetArrayLength());
        using var again = await silo.PostAsync($"/v1/conversations/{id}/messages", body);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_PinnedVersionCannotAnswer_Is422(bool stream)
    {
        var id = $"pinned-{stream}";
        await silo.PostAsync("/v1/conversations", $$"""{"agent":"quiz","id":"{{id}}","policy_version":"v000099"}""").JsonAsync(HttpStatusCode.Created);
        silo.Policy.Unanswering["v000099"] = "There is no such version.";

        var body = $$"""{"text":"Hi","stream":{{(stream ? "true" : "false")}}}""";
        await silo.PostAsync($"/v1/conversations/{id}/messages", body).ProblemAsync(422, ProblemTypes.VersionRefused);

        silo.Policy.Unanswering.Clear();
    }

    [Fact]
    public async Task Messages_StorageAway_Is503WithRetryAfter()
    {
        var id = await silo.BeginAsync("full-disk");
        silo.Disk.FailingState = "conversation";
        silo.Disk.FailNextWrites();

        var problem = await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Hi"}""").ProblemAsync(503, ProblemTypes.StorageUnavailable);

        Assert.Equal("The state of conversation full-disk could not be written: send the same request again.", problem.Detail);
    }

    [Fact]
    public async Task Messages_AfterTheEnd_Is409()
    {
        var id = await silo.BeginAsync("over");
        await silo.PostAsync($"/v1/conversations/{id}/end", """{"outcome":"truncated"}""").JsonAsync();

        await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Hi"}""").ProblemAsync(409, ProblemTypes.ConversationEnded);
        await silo.PostAsync($"/v1/conversations/{id}/end", """{"outcome":"truncated"}""").ProblemAsync(409, ProblemTypes.ConversationEnded);
    }

    [Fact]
    public async Task Messages_KeyOfAnotherText_Is409()
    {
        var id = await silo.BeginAsync("keys");
        await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Hi","key":"k"}""").JsonAsync();

        await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Ho","key":"k"}""").ProblemAsync(409, ProblemTypes.Conflict);
    }

    [Fact]
    public async Task Key_OfAnotherReward_Is409EverywhereItIsSent()
    {
        var id = await silo.BeginAsync("reward-keys");
        await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Hi"}""").JsonAsync();
        await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"No.","reward":1,"key":"k"}""").JsonAsync();
        await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"No.","reward":2,"key":"k"}""").ProblemAsync(409, ProblemTypes.Conflict);
        await silo.PostAsync($"/v1/conversations/{id}/rewards", """{"turn":0,"reward":2,"key":"r"}""").JsonAsync();
        await silo.PostAsync($"/v1/conversations/{id}/rewards", """{"turn":1,"reward":2,"key":"r"}""").ProblemAsync(409, ProblemTypes.Conflict);
        await silo.PostAsync($"/v1/conversations/{id}/rewards", """{"reward":2,"key":"r"}""").ProblemAsync(409, ProblemTypes.Conflict);
        await silo.PostAsync($"/v1/conversations/{id}/end", """{"outcome":"terminated","reward":1,"key":"e"}""").JsonAsync();
        await silo.PostAsync($"/v1/conversations/{id}/end", """{"outcome":"truncated","reward":1,"key":"e"}""").ProblemAsync(409, ProblemTypes.Conflict);
        await silo.PostAsync($"/v1/conversations/{id}/end", """{"outcome":"terminated","reward":2,"key":"e"}""").ProblemAsync(409, ProblemTypes.Conflict);
        await silo.PostAsync($"/v1/conversations/{id}/end", """{"outcome":"terminated","reward":1,"key":"e"}""").JsonAsync();
    }

    [Fact]
    public async Task Delete_RemovesTheConversation()
    {
        var id = await silo.BeginAsync("erased");

        var erasure = await silo.Http.DeleteAsync($"/v1/conversations/{id}").JsonAsync();

        Assert.Equal("""{"conversation":"erased","turns":0,"replay_rows":0,"trained_versions":[]}""", erasure.GetRawText());
        await silo.Http.GetAsync($"/v1/conversations/{id}").ProblemAsync(404, ProblemTypes.ConversationNotFound);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
