using System.Text.Json;
using Archer.Client.CommandLine;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Simulation;
using Archer.Client.Tests.Http;
using Archer.Client.Tests.Simulation;

namespace Archer.Client.Tests.CommandLine;

public sealed class SimulateActionTests
{
    private static readonly SimulationOptions OneOfEach = new() { Users = 1, Episodes = 40, Seed = 2 };

    [Fact]
    public async Task Run_GamesPlayed_PrintsTheirNumbers()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Mute);
        var (code, output, messages) = await RunAsync(silo.Url, OneOfEach with { Sampling = new SamplingOverrides { Temperature = 0.5f } });
        Assert.Equal((0, ""), (code, messages));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
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
    public async Task Run_Json_PrintsOneLineOfIt()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Enumerating);
        var (code, output, _) = await RunAsync(silo.Url, OneOfEach, json: true);
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        Assert.Equal(40, document.RootElement.GetProperty("episodes").GetInt32());
        Assert.InRange(document.RootElement.GetProperty("mean_return").GetDouble(), -6.5, -2.5);
        Assert.Equal("v000002", document.RootElement.GetProperty("policy_versions")[0].GetString());
    }

    [Fact]
    public async Task Run_NoSilo_SaysHowToStartOne()
    {
        var silo = await FakeSilo.StartAsync();
        var url = silo.Url;
        await silo.DisposeAsync();
        var (code, output, messages) = await RunAsync(url, OneOfEach);
        Assert.Equal((1, ""), (code, output));
        Assert.Equal(
            $"simulate: The silo at {url} gave no whole answer to v1/agents (Connection refused). "
            + "Start a silo (dotnet run --project Archer.Silo -c Release) or give its address with --url.",
            messages);
    }

    [Fact]
    public async Task Run_UnknownAgent_NamesThoseThatAre()
    {
        await using var silo = await FakeSilo.StartAsync();
        var (code, _, messages) = await RunAsync(silo.Url, OneOfEach with { Agent = "chess" });
        Assert.Equal(1, code);
        Assert.Equal($"simulate: The silo at {silo.Url} has no agent 'chess' (its agents: twenty-questions). See simulate --help.", messages);
    }

    [Fact]
    public async Task Run_WrongOptions_ListsThemWithoutAskingTheSilo()
    {
        await using var silo = await FakeSilo.StartAsync();
        var (code, _, messages) = await RunAsync(silo.Url, OneOfEach with { Users = 0, Noise = 1 });
        Assert.Equal((1, "simulate: There are 0 users, expected at least 1. The noise is 1, expected 0 to 0.07. See simulate --help."), (code, messages));
        Assert.Empty(silo.Requests);
    }

    [Fact]
    public async Task Run_KeyMissing_SaysWhereToGiveIt()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Intercept = async context =>
        {
            await FakeSilo.ProblemAsync(context, 401, ProblemTypes.Unauthorized, "A bearer key is required.");
            return true;
        };
        var (code, _, messages) = await RunAsync(silo.Url, OneOfEach);
        Assert.Equal((1, "simulate: GET v1/agents failed with 401: A bearer key is required. Give a bearer key with --key or in ARCHER_KEY."), (code, messages));
    }

    [Fact]
    public async Task Run_Interrupted_PrintsWhatWasPlayedAndSaysSo()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        using var cancel = new CancellationTokenSource();
        silo.Intercept = async context =>
        {
            if (context.Request.Path == "/v1/conversations/sim-2-12/end")
                await cancel.CancelAsync();
            return false;
        };
        var (code, output, _) = await RunAsync(silo.Url, OneOfEach, cancellationToken: cancel.Token);
        Assert.Equal(130, code);
        Assert.Matches("games           1[23] ", output);
    }

    [Fact]
    public void ProgressLine_AQuarterDone_EstimatesTheRest()
    {
        var tally = new SimulationTally();
        for (var i = 0; i < 10; i++)
        {
            tally.Add(new EpisodeOutcome
            {
                Episode = i,
                Conversation = "c",
                HiddenItem = 0,
                Won = true,
                Return = -4,
                Turns = [],
                Counts = new UtteranceCounts { Guesses = 5 },
            });
        }
        var summary = tally.Summarize(TimeSpan.FromSeconds(50));
        Assert.Equal("10 of 40 games, mean return -4.00 ± 0.00, 1 turns/s, 2 min 30 s left", SimulationProgress.Line(summary, 40));
        Assert.Equal("10 games, mean return -4.00 ± 0.00, 1 turns/s", SimulationProgress.Line(summary, null));
    }

    private static async Task<(int Code, string Output, string Messages)> RunAsync(
        Uri url, SimulationOptions simulation, bool json = false, CancellationToken cancellationToken = default)
    {
        await using var output = new StringWriter();
        await using var messages = new StringWriter();
        var code = await new SimulateAction
        {
            Client = new ArcherClientOptions { Url = url },
            Simulation = simulation,
            Json = json,
            Output = output,
            Messages = messages,
        }.RunAsync(cancellationToken);
        return (code, output.ToString().Trim(), messages.ToString().Trim());
    }
}
