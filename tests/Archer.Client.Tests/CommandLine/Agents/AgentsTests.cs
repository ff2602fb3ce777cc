using System.Text.Json;
using Archer.Client.Http;
using Archer.Testing.CommandLine;
using Archer.Testing.Http;

namespace Archer.Client.Tests.CommandLine.Agents;

public sealed class AgentsTests
{
    [Fact]
    public async Task Agents_RedirectedOutput_IsAlignedColumnsWithoutColours()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Agent = silo.Agent with { Previous = "v000001", Candidate = "v000003", CanaryShare = 0.1 };
        var run = await CommandRun.OfAsync("agents", silo.Url);
        Assert.Equal(
            "agent             serves   before   canary          versions  turn limit\n"
            + "twenty-questions  v000002  v000001  v000003 (10 %)         0          64\n",
            run.Output);
        Assert.Equal((0, ""), (run.Code, run.Messages));
    }

    [Fact]
    public async Task Agents_Json_IsTheListAsTheApiHasIt()
    {
        await using var silo = await FakeSilo.StartAsync();
        var run = await CommandRun.OfAsync("agents --json", silo.Url);
        var list = JsonSerializer.Deserialize(run.Output, ArcherJson.Default.AgentList);
        Assert.Equal(["twenty-questions"], list!.Agents.Select(agent => agent.Name));
        Assert.Single(run.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Agents_OnAScreen_HaveLinesWhereTheyFit()
    {
        await using var silo = await FakeSilo.StartAsync();
        var fits = await CommandRun.WatchedAsync("agents", silo.Url);
        Assert.Contains("│ twenty-questions │ v000002 │", fits.Output);
        silo.Agent = silo.Agent with { Name = new string('n', 64) };
        var narrow = await CommandRun.WatchedAsync("agents", silo.Url);
        Assert.DoesNotContain("│", narrow.Output);
        Assert.Contains($"\n{silo.Agent.Name}  v000002  ", narrow.Output);
    }
}
