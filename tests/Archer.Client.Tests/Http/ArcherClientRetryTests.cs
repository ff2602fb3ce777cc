using System.Net;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Testing.Http;

namespace Archer.Client.Tests.Http;

public sealed class ArcherClientRetryTests
{
    private static readonly UserMessage WithKey = new() { Text = "Hello", Key = "k" };
    private static readonly UserMessage WithoutKey = new() { Text = "Hello" };

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Say_RefusedForNowAndWithAKey_IsSentAgain(int status)
    {
        await using var silo = await StartAsync();
        FailTimes(silo, 2, context => FakeSilo.ProblemAsync(context, status, ProblemTypes.PolicyUnavailable, "Not now.", retryAfter: 0));
        using var client = silo.Client();
        var reply = await client.SayAsync("c", WithKey);
        Assert.Equal("Is it a dog?", reply.Text);
        Assert.Equal(3, silo.Requests.Count);
        Assert.Single(silo.Conversations["c"].Replies);
    }

    [Fact]
    public async Task Say_RefusedForNowAndWithoutAKey_ThrowsAtOnce()
    {
        await using var silo = await StartAsync();
        FailTimes(silo, 1, context => FakeSilo.ProblemAsync(context, 503, ProblemTypes.PolicyUnavailable, "Not now.", retryAfter: 7));
        using var client = silo.Client();
        var error = await Assert.ThrowsAsync<ArcherApiException>(() => client.SayAsync("c", WithoutKey));
        Assert.Equal("POST v1/conversations/c/messages failed with 503: Not now.", error.Message);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(7)), (error.Status, error.RetryAfter));
        Assert.Single(silo.Requests);
    }

    [Fact]
    public async Task Say_RefusedForLongerThanThePatience_ThrowsWithoutWaiting()
    {
        await using var silo = await StartAsync();
        FailTimes(silo, 1, context => FakeSilo.ProblemAsync(context, 503, ProblemTypes.PolicyUnavailable, "Not now.", retryAfter: 3600));
        using var client = silo.Client();
        await Assert.ThrowsAsync<ArcherApiException>(() => client.SayAsync("c", WithKey));
        Assert.Single(silo.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    [InlineData(500)]
    public async Task Say_RefusedForGood_IsNotSentAgain(int status)
    {
        await using var silo = await StartAsync();
        FailTimes(silo, 1, context => FakeSilo.ProblemAsync(context, status, "urn:x", "No.", retryAfter: 0));
        using var client = silo.Client();
        await Assert.ThrowsAsync<ArcherApiException>(() => client.SayAsync("c", WithKey));
        Assert.Single(silo.Requests);
    }

    [Fact]
    public async Task Say_ReplyLostOnTheWayAndWithAKey_GetsTheStoredReply()
    {
        await using var silo = await StartAsync();
        // The turn is made, then the connection breaks before the answer.
        FailTimes(silo, 1, context =>
        {
            silo.Conversations["c"].Say(WithKey, _ => "Is it a pen?");
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = silo.Client();
        Assert.Equal("Is it a pen?", (await client.SayAsync("c", WithKey)).Text);
        Assert.Single(silo.Conversations["c"].Replies);
    }

    [Fact]
    public async Task Say_ConnectionBrokenAndWithoutAKey_Throws()
    {
        await using var silo = await StartAsync();
        FailTimes(silo, 1, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = silo.Client();
        var error = await Assert.ThrowsAsync<ArcherUnreachableException>(() => client.SayAsync("c", WithoutKey));
        Assert.StartsWith($"The silo at {silo.Url} gave no whole answer to v1/conversations/c/messages (", error.Message);
        Assert.Single(silo.Requests);
    }

    [Fact]
    public async Task Read_NobodyListens_SaysWhere()
    {
        var silo = await StartAsync();
        var url = silo.Url;
        await silo.DisposeAsync();
        using var client = new ArcherClient(new ArcherClientOptions { Url = url, RetryFor = TimeSpan.Zero });
        var error = await Assert.ThrowsAsync<ArcherUnreachableException>(() => client.ReadAgentsAsync());
        Assert.Equal($"The silo at {url} gave no whole answer to v1/agents (Connection refused).", error.Message);
    }

    [Fact]
    public async Task Read_AnswerLaterThanTheTimeout_Throws()
    {
        await using var silo = await StartAsync();
        silo.Intercept = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var client = silo.Client(new ArcherClientOptions { Timeout = TimeSpan.FromMilliseconds(50), RetryFor = TimeSpan.Zero });
        await Assert.ThrowsAsync<ArcherUnreachableException>(() => client.ReadAgentsAsync());
    }

    [Fact]
    public async Task Read_Cancelled_ThrowsThatAndNoUnreachable()
    {
        await using var silo = await StartAsync();
        using var cancel = new CancellationTokenSource();
        silo.Intercept = async context =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var client = silo.Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ReadAgentsAsync(cancel.Token));
    }

    private static async Task<FakeSilo> StartAsync()
    {
        var silo = await FakeSilo.StartAsync();
        silo.Conversations["c"] = new FakeConversation("c", new StartConversation { Agent = "twenty-questions", Id = "c" });
        return silo;
    }

    private static void FailTimes(FakeSilo silo, int times, Func<Microsoft.AspNetCore.Http.HttpContext, Task> fail)
    {
        var left = times;
        silo.Intercept = async context =>
        {
            if (Interlocked.Decrement(ref left) < 0)
            {
                return false;
            }

            await fail(context);
            return true;
        };
    }
}
