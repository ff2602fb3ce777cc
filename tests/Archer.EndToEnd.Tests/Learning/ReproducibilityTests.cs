using System.Text.Json;
using Archer.Client.Agents;
using Archer.Client.Http;
using Archer.Client.Policies;
using Archer.EndToEnd.Tests.Processes;
using Archer.Testing;

namespace Archer.EndToEnd.Tests.Learning;

/// <summary>Invariant 8 on the real process: the same seed and one simulated user give the same conversations, losses and weights.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class ReproducibilityTests
{
    private const int Iterations = 2;
    private const int EpisodesPerIteration = 32;
    private const string Agent = "twenty-questions";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task SameSeedAndOneUser_LearnTheSame()
    {
        var first = await RunAsync(seed: 7);
        var second = await RunAsync(seed: 7);
        var other = await RunAsync(seed: 8);

        Assert.Equal(first.Conversations, second.Conversations);
        Assert.Equal(first.Losses, second.Losses);
        Assert.Equal(first.Hashes, second.Hashes);
        Assert.NotEqual(first.Hashes, other.Hashes);
    }

    private static async Task<Outcome> RunAsync(int seed)
    {
        using var directory = new TemporaryDirectory();
        await using var silo = await SiloProcess.StartAsync(
            directory.Path, SiloProcess.FreePort(),
            "--Archer:Demo:Users=1", $"--Archer:Demo:Episodes={Iterations * EpisodesPerIteration}", $"--Archer:Demo:Seed={seed}",
            $"--Archer:Agents:{Agent}:Seed={seed}", $"--Archer:Trainer:Learner:Seed={seed}",
            $"--Archer:Trainer:Learner:EpisodesPerIteration={EpisodesPerIteration}", "--Archer:Trainer:MaximumLagIterations=1");
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url });
        await WaitForStepAsync(client);

        var conversations = new List<string>();
        for (var episode = 0; episode < Iterations * EpisodesPerIteration; episode++)
        {
            var view = await client.ReadAsync($"demo-{seed}-{episode}");
            conversations.AddRange(view.Turns.Select(turn => $"{turn.UserText} {turn.Text} {turn.PolicyVersion} {turn.Value:R}"));
        }

        Assert.DoesNotContain("fail:", silo.Output, StringComparison.Ordinal);
        var versions = Enumerable.Range(1, Iterations).Select(number => Manifest(directory, PolicyVersionName.Of(number))).ToList();
        return new Outcome(
            conversations,
            [.. versions.SelectMany(version => version.Metrics.Select(metric => $"{version.Version} {metric.Key} {metric.Value:R}"))],
            [.. versions.SelectMany(version => version.Files.Select(file => $"{version.Version} {file.Name} {file.Sha256}"))]);
    }

    private static PolicyManifest Manifest(TemporaryDirectory directory, string version) =>
        JsonSerializer.Deserialize(
            File.ReadAllBytes(Path.Combine(directory.Path, "policies", Agent, version, PolicyManifest.FileName)), PolicyManifestJson.Default.PolicyManifest)!;

    private static async Task WaitForStepAsync(ArcherClient client)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        AgentMetrics metrics;
        do
        {
            await pace.WaitForNextTickAsync(deadline.Token);
            metrics = await client.ReadMetricsAsync(Agent, deadline.Token);
        }
        while (metrics.LearnerStep < Iterations);
    }

    private sealed record Outcome(List<string> Conversations, List<string> Losses, List<string> Hashes);
}
