using System.Text.Json;
using Archer.Tasks.CommandLine;
using Archer.Tasks.Simulation;
using Archer.Tasks.Tests.Simulation;
using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Tasks.Tests.CommandLine;

public sealed class SimulateTests
{
    [Fact]
    public async Task Simulate_GamesPlayed_PrintsTheirNumbers()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Mute);
        var run = await CommandRun.OfAsync("simulate --users 1 --episodes 40 --seed 2 --temperature 0.5", silo.Url);
        Assert.Equal((0, ""), (run.Code, run.Messages));
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(
            [
                "agent           twenty-questions, policy version v000002",
                "games           40 (seed 2, 1 user, temperature 0.5, answer noise 0)",
                "mean return     -20.00 ± 0.00 (95 %)",
                "reference       best -2.80, enumerating -4.50, uniformly random -15.08, never winning -20.00",
                "won             0.0 %",
                "questions       0.00 a game, 0.00 repeated",
                "guesses         0.00 a game, 0.00 repeated, 0.0 % consistent with the answers",
                "invalid         100.0 % of utterances",
                "held-out words  0.0 % of understood utterances",
            ],
            lines[..^1]);
        Assert.Matches(@"^speed           \d+ turns/s \(800 turns in \d+\.\d s\)$", lines[^1]);
    }

    [Fact]
    public async Task Simulate_EveryOption_ReachesTheConversation()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        var authorization = "";
        silo.Intercept = context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            return Task.FromResult(false);
        };
        var run = await CommandRun.OfAsync(
            $"simulate --task twenty-questions --users 2 --episodes 6 --seed 8 --run proof --url {silo.Url} --key s3 --agent twenty-questions "
            + "--temperature 0 --policy-version v000001 --evaluation --noise 0 --json");
        Assert.Equal((0, ""), (run.Code, run.Messages));
        Assert.Equal("Bearer s3", authorization);
        Assert.Equal(6, silo.Conversations.Count);
        Assert.Contains(
            """POST /v1/conversations {"agent":"twenty-questions","id":"proof-8-0","tenant":"","user":"simulated","simulated":true,"split":"hold_out","sampling":{"temperature":0},"policy_version":"v000001"}""",
            silo.Requests);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(6, document.RootElement.GetProperty("episodes").GetInt32());
        Assert.InRange(document.RootElement.GetProperty("mean_return").GetDouble(), -6.5, -1);
        Assert.Equal("v000001", document.RootElement.GetProperty("policy_versions")[0].GetString());
    }

    [Fact]
    public async Task Simulate_UnknownAgent_NamesThoseThatAre()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("simulate --agent chess", silo.Url);
        Assert.Equal((1, "", $"archer simulate: The silo at {silo.Url} has no agent 'chess' (its agents: twenty-questions).\n"), (run.Code, run.Output, run.Messages));
    }

    [Fact]
    public async Task Simulate_GamesThatWerePlayedBefore_SaysHowToGetFreshOnes()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        await CommandRun.OfAsync("simulate --users 1 --episodes 1", silo.Url);
        var again = await CommandRun.OfAsync("simulate --users 1 --episodes 1", silo.Url);
        Assert.Equal(1, again.Code);
        Assert.Equal(
            "archer simulate: The conversation 'sim-1-0' was played before, so its game would not be fresh: choose another run or another seed.\n",
            again.Messages);
    }

    [Fact]
    public async Task Simulate_WrongRun_IsAskedWronglyAndAsksNobody()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("simulate --run a/b", silo.Url);
        Assert.Equal((2, "archer simulate: The run is named 'a/b', expected 1 to 64 of the characters A-Z a-z 0-9 . _ - See archer simulate --help.\n"), (run.Code, run.Messages));
        Assert.Empty(silo.Requests);
    }

    [Fact]
    public async Task Simulate_Interrupted_PrintsWhatWasPlayedAndSaysSo()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        using var cancel = new CancellationTokenSource();
        silo.Intercept = async context =>
        {
            if (context.Request.Path == "/v1/conversations/sim-2-12/end")
            {
                await cancel.CancelAsync();
            }

            return false;
        };
        var run = await CommandRun.OfAsync("simulate --users 1 --episodes 40 --seed 2", silo.Url, cancellationToken: cancel.Token);
        Assert.Equal(130, run.Code);
        Assert.Matches("games           1[23] ", run.Output);
    }

    [Fact]
    public void ProgressLine_AQuarterDone_EstimatesTheRest()
    {
        var tally = new SimulationTally("twenty-questions");
        for (var i = 0; i < 10; i++)
        {
            tally.Add(new EpisodeOutcome
            {
                Episode = i,
                Conversation = "c",
                Hidden = "dog",
                Won = true,
                Return = -4,
                Turns = [.. Enumerable.Repeat(new PlayedTurn("", "v", null, ""), 5)],
                Counts = [],
            });
        }
        var summary = tally.Summarize(TimeSpan.FromSeconds(50));
        Assert.Equal("10 of 40 games, mean return -4.00 ± 0.00, 1 turns/s, 2 min 30 s left", SimulationProgress.Line(summary, 40));
        Assert.Equal("10 games, mean return -4.00 ± 0.00, 1 turns/s", SimulationProgress.Line(summary, null));
    }
}
