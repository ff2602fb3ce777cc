using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Testing.Http;
using Microsoft.AspNetCore.Http;

namespace Archer.Client.Tests.Http;

public sealed class ArcherClientStreamTests
{
    private static readonly UserMessage Message = new() { Text = "Hello", Key = "k" };

    [Fact]
    public async Task Stream_WholeReply_IsItsPiecesThenTheReply()
    {
        await using var silo = await StartAsync();
        using var client = silo.Client();
        var fragments = await AllAsync(client);
        Assert.Equal(["Is ", "it ", "a ", "dog? ", null], fragments.Select(fragment => fragment.Text));
        Assert.Equal("Is it a dog?", fragments[^1].Reply!.Text);
    }

    [Fact]
    public async Task Stream_RefusedForNow_IsOpenedAgain()
    {
        await using var silo = await StartAsync();
        var refusals = 1;
        silo.Intercept = async context =>
        {
            if (Interlocked.Decrement(ref refusals) < 0)
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 503, ProblemTypes.PolicyUnavailable, "Not now.", retryAfter: 0);
            return true;
        };
        using var client = silo.Client();
        Assert.Equal(5, (await AllAsync(client)).Count);
    }

    [Fact]
    public async Task Stream_BreaksAfterAPiece_Throws()
    {
        await using var silo = await StartAsync();
        silo.Intercept = async context =>
        {
            await FakeSilo.EventAsync(context, new TurnFragment { Text = "Is " });
            return true;
        };
        using var client = silo.Client();
        var error = await Assert.ThrowsAsync<ArcherUnreachableException>(() => AllAsync(client));
        Assert.Equal(
            $"The silo at {silo.Url} gave no whole answer to v1/conversations/c/messages (the stream ended before the reply was complete).", error.Message);
    }

    [Fact]
    public async Task Stream_ProblemAfterAPiece_ThrowsIt()
    {
        await using var silo = await StartAsync();
        silo.Intercept = async context =>
        {
            await FakeSilo.EventAsync(context, new TurnFragment { Text = "Is " });
            await context.Response.WriteAsync(
                "event: error\ndata: {\"type\":\"urn:archer:problem:policy-unavailable\",\"title\":\"t\",\"status\":503,\"detail\":\"Gone.\",\"retry_after_seconds\":2}\n\n");
            return true;
        };
        using var client = silo.Client();
        var error = await Assert.ThrowsAsync<ArcherApiException>(() => AllAsync(client));
        Assert.Equal("POST v1/conversations/c/messages failed with 503: Gone.", error.Message);
        Assert.Equal((ProblemTypes.PolicyUnavailable, TimeSpan.FromSeconds(2)), (error.ProblemType, error.RetryAfter));
    }

    private static async Task<List<TurnFragment>> AllAsync(ArcherClient client)
    {
        var fragments = new List<TurnFragment>();
        await foreach (var fragment in client.StreamAsync("c", Message))
        {
            fragments.Add(fragment);
        }

        return fragments;
    }

    private static async Task<FakeSilo> StartAsync()
    {
        var silo = await FakeSilo.StartAsync();
        silo.Conversations["c"] = new FakeConversation("c", new StartConversation { Agent = "twenty-questions", Id = "c" });
        return silo;
    }
}
