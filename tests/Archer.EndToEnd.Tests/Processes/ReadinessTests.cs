using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Archer.Client;
using Archer.Client.Health;
using Archer.Client.Http;
using Archer.Testing;
using Archer.Testing.Grains;
using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Processes;

/// <summary>Readiness is about the process alone: what all silos share must not take all of them out of service.</summary>
[Trait("Category", "Slow")]
public sealed partial class ReadinessTests
{
    private static readonly string[] Quiet = ["--Archer:Demo:Users=0", "--Archer:Trainer:Enabled=false"];

    [RedisFact]
    public async Task Redis_Dead_StaysReady_ReportsItAndAnswers503_UntilItIsBack()
    {
        using var data = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await SiloProcess.StartAsync(data.Path, SiloProcess.FreePort(), [.. Quiet, $"--Archer:Redis={redis.ConnectionString}"]);
        using var http = new HttpClient { BaseAddress = silo.Url };
        Assert.Equal(["up", "up", "up"], await StatusesAsync(http));

        await redis.KillAsync();

        await Eventually.TrueAsync(async () => (await StatusesAsync(http))[^1] == "down", "Redis is reported");
        var redisDown = (await ReportAsync(http)).Dependencies[^1];
        Assert.Equal("redis", redisDown.Name);
        Assert.NotEmpty(redisDown.Reason!);
        foreach (var path in new[] { "health/live", "health/startup", "health/ready" })
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, path));
        }

        using var refused = await http.PostAsJsonAsync("v1/conversations", new { agent = "twenty-questions", id = "c" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(ProblemTypes.StorageUnavailable, (await refused.Content.ReadFromJsonAsync(ArcherJson.Default.ProblemDocument))!.Type);
        await Eventually.TrueAsync(
            async () => DependencyDown().IsMatch(await http.GetStringAsync("metrics")), "the metric says so");
        await redis.RestartAsync();
        await Eventually.TrueAsync(async () => (await StatusesAsync(http))[^1] == "up", "Redis is back");
        using var taken = await http.PostAsJsonAsync("v1/conversations", new { agent = "twenty-questions", id = "c" });
        Assert.True(taken.IsSuccessStatusCode);
    }

    [Fact]
    public async Task PolicyServer_Away_StaysReadyAndReportsIt()
    {
        using var data = new TemporaryDirectory();
        await using var silo = await SiloProcess.StartAsync(
            data.Path, SiloProcess.FreePort(), [.. Quiet, "--Archer:PolicyClient:Address=http://127.0.0.1:9", "--Archer:PolicyClient:Retries=0"]);
        using var http = new HttpClient { BaseAddress = silo.Url };

        Assert.Equal(["up", "down"], await StatusesAsync(http));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "health/ready"));
    }

    private static async Task<string[]> StatusesAsync(HttpClient http) =>
        [.. (await ReportAsync(http)).Dependencies.Select(dependency => dependency.Status == DependencyStatus.Up ? "up" : "down")];

    private static async Task<DependencyReport> ReportAsync(HttpClient http) =>
        (await http.GetFromJsonAsync("health/dependencies", ArcherJson.Default.DependencyReport))!;

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.StatusCode;
    }

    [GeneratedRegex("^archer_dependency_up\\{[^}]*dependency=\"redis\"[^}]*\\} 0", RegexOptions.Multiline)]
    private static partial Regex DependencyDown();
}
