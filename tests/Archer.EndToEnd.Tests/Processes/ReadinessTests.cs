using System.Net;
using Archer.Testing;
using Archer.Testing.Grains;
using Archer.Testing.Redis;

namespace Archer.EndToEnd.Tests.Processes;

/// <summary>Readiness follows what conversations need; liveness does not, as a restart would not bring it back.</summary>
public sealed class ReadinessTests
{
    [RedisFact]
    public async Task Redis_Dead_IsNotReadyButLives_UntilItIsBack()
    {
        using var data = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await SiloProcess.StartAsync(
            data.Path, SiloProcess.FreePort(), "--Archer:Demo:Users=0", "--Archer:Trainer:Enabled=false", $"--Archer:Redis={redis.ConnectionString}");
        using var http = new HttpClient { BaseAddress = silo.Url };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "health/ready"));

        await redis.KillAsync();

        await Eventually.TrueAsync(async () => await StatusAsync(http, "health/ready") == HttpStatusCode.ServiceUnavailable, "not ready without Redis");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "health/live"));
        await redis.RestartAsync();
        await Eventually.TrueAsync(async () => await StatusAsync(http, "health/ready") == HttpStatusCode.OK, "ready again");
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.StatusCode;
    }
}
