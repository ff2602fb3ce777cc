using System.Text.Json;
using Archer.Client.CommandLine.Bench;
using Archer.Client.Conversations;
using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Bench;

public sealed class BenchTests
{
    [Fact]
    public async Task Bench_Episodes_CountsEveryRequest()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("bench --users 3 --episodes 20 --turns 4 --warm-up 0 --text a --text b", silo.Url);
        Assert.Equal(0, run.Code);
        var lines = run.Output.Split('\n');
        Assert.Matches(@"^twenty-questions \(v000002\), 3 users in closed loop, 4 turns a conversation, \d+\.\d s after a warm-up of 0 s that does not count$", lines[0]);
        Assert.Matches(@"^conversations 20 \(\d+\.\d/s\)  turns 80 \(\d+/s\)  errors 0$", lines[1]);
        Assert.Equal("request  count  p50 ms  p95 ms  p99 ms  longest ms", Squeezed(lines[2]));
        Assert.Matches(@"^start +20 ", lines[3]);
        Assert.Matches(@"^message +80 ", lines[4]);
        Assert.Matches(@"^end +20 ", lines[5]);
        Assert.Equal(20, silo.Conversations.Count);
        Assert.Equal(20, silo.Conversations.Values.Select(conversation => conversation.Start.User).Distinct().Count());
        Assert.All(silo.Conversations.Values, conversation =>
        {
            Assert.Equal(["a", "b", "a", "b"], conversation.Messages.Select(message => message.Text));
            Assert.Equal((false, ReplaySplit.HoldOut), (conversation.Start.Simulated, conversation.Start.Split));
            Assert.NotNull(conversation.Ended);
        });
    }

    [Fact]
    public async Task Bench_Seconds_EndsWhatItBeganAndPrintsJson()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("bench --users 2 --seconds 0.3 --warm-up 0.1 --json", silo.Url);
        Assert.Equal(0, run.Code);
        using var document = JsonDocument.Parse(run.Output);
        var report = document.RootElement;
        Assert.InRange(report.GetProperty("seconds").GetDouble(), 0.3, 5);
        Assert.Equal(report.GetProperty("turns").GetInt64(), report.GetProperty("message").GetProperty("count").GetInt64());
        var turns = silo.Conversations.Values.Sum(conversation => conversation.Messages.Count);
        Assert.InRange(report.GetProperty("turns").GetInt64(), 1, turns - 1);
        Assert.All(silo.Conversations.Values, conversation => Assert.NotNull(conversation.Ended));
    }

    [Fact]
    public async Task Bench_RequestsThatFail_AreCountedAndFailIt()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/messages"))
            {
                return false;
            }

            await FakeSilo.ProblemAsync(context, 503, ProblemTypes.PolicyUnavailable, "No policy server answers.", 1);
            return true;
        };
        var run = await CommandRun.OfAsync("bench --users 1 --episodes 2 --warm-up 0", silo.Url);
        Assert.Equal(1, run.Code);
        Assert.Contains("conversations 0 (0.0/s)  turns 0 (0/s)  errors 2\n  2 × 503 policy-unavailable\n", run.Output);
        Assert.EndsWith("archer bench: 2 request(s) failed; look at the silo's log.\n", run.Messages);
    }

    [Fact]
    public async Task Bench_Interrupted_PrintsWhatItHasMeasured()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var interrupt = new CancellationTokenSource();
        silo.Intercept = async context =>
        {
            if (context.Request.Path == "/v1/conversations/chosen-by-the-silo-3/end")
            {
                await interrupt.CancelAsync();
            }

            return false;
        };
        var run = await CommandRun.OfAsync("bench --users 1 --episodes 1000 --turns 4 --warm-up 0", silo.Url, cancellationToken: interrupt.Token);
        Assert.Equal(130, run.Code);
        Assert.Contains("conversations 2 ", run.Output);
        Assert.Contains("  turns 12 ", run.Output);
    }

    [Fact]
    public async Task Bench_MoreTurnsThanTheAgentAllows_IsAskedWrongly()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("bench --turns 65", silo.Url);
        Assert.Equal((2, "archer bench: --turns is 65, and conversations with twenty-questions have at most 64. See archer bench --help.\n"), (run.Code, run.Messages));
        Assert.Empty(silo.Conversations);
    }

    [Fact]
    public void Percentiles_AreOfTheNearestRank()
    {
        var summary = LatencySummary.Of([.. Enumerable.Range(1, 200).Select(value => (double)value).Reverse()]);
        Assert.Equal((200, 100, 190, 198, 200), (summary.Count, summary.P50Ms, summary.P95Ms, summary.P99Ms, summary.LongestMs));
        Assert.Equal(7, LatencySummary.Of([7]).P50Ms);
        Assert.Null(LatencySummary.Of([]).P99Ms);
    }


    private static string Squeezed(string line) => System.Text.RegularExpressions.Regex.Replace(line, " {2,}", "  ");
}
