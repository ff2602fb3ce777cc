using Archer.Client.Agents;
using Archer.Client.Http;
using Archer.EndToEnd.Tests.Processes;
using Archer.Tasks.Simulation;
using Archer.Testing;

namespace Archer.EndToEnd.Tests.Learning;

/// <summary>Agents of a settings file, from one base, in one process: each learns from its own conversations, by its own settings.</summary>
[Trait("Category", "Slow")]
public sealed class SeveralAgentsTests : IDisposable
{
    private const string Settings = """
        {
          "Archer": {
            "Agents": {
              "one": { "BaseCheckpoint": "models/twenty-questions-base", "TurnLimit": 20 },
              "two": { "BaseCheckpoint": "models/twenty-questions-base", "TurnLimit": 20 },
              "mute": { "BaseCheckpoint": "models/twenty-questions-base", "TurnLimit": 20 }
            },
            "Trainer": {
              "Agent": "one, two",
              "Learner": { "EpisodesPerIteration": 8 },
              "Agents": { "two": { "PublishEvery": 2 } }
            },
            "StatusSeconds": 0
          }
        }
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Agents_OfOneProcess_LearnApart()
    {
        await File.WriteAllTextAsync(_directory["agents.json"], Settings);
        await using var silo = await SiloProcess.StartAsync(_directory["data"], SiloProcess.FreePort(), $"--Archer:Config={_directory["agents.json"]}");
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url });

        await Task.WhenAll(PlayAsync(client, "one", 16), PlayAsync(client, "two", 16), PlayAsync(client, "mute", 8));

        Assert.Equal(["mute", "one", "two"], (await client.ReadAgentsAsync()).Agents.Select(agent => agent.Name));
        Assert.Equal((16, "v000002"), Learned(await LearnedAsync(client, "one")));
        Assert.Equal((16, "v000001"), Learned(await LearnedAsync(client, "two")));
        var mute = await client.ReadMetricsAsync("mute");
        Assert.Equal((0, 0, "v000000"), (mute.LearnerStep, mute.EpisodesConsumed, mute.PolicyVersion));
        Assert.Equal(0, await silo.StopAsync());
    }

    private static (long, string) Learned(AgentMetrics metrics) => (metrics.EpisodesConsumed, metrics.PolicyVersion);

    private static async Task PlayAsync(ArcherClient client, string agent, int episodes) =>
        await new SimulatedUsers(client, new SimulationOptions { Agent = agent, Users = 4, Episodes = episodes, Run = agent }).RunAsync(CancellationToken.None);

    private static async Task<AgentMetrics> LearnedAsync(ArcherClient client, string agent)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        AgentMetrics metrics;
        while ((metrics = await client.ReadMetricsAsync(agent, deadline.Token)).LearnerStep < 2)
        {
            await pace.WaitForNextTickAsync(deadline.Token);
        }

        return metrics;
    }
}
