using System.Text.Json.Nodes;
using Archer.Client.CommandLine;
using Archer.Client.Http;
using Archer.Testing;
using Archer.Testing.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>
/// The three roles with the settings of the manifests, each in this process on a port of loopback; the containers' paths lie in a temporary directory,
/// and the silo's Redis is a server of its own.
/// </summary>
internal sealed class RolesOfManifests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManifestSet _set = ManifestSet.Render("base");
    private readonly List<WebApplication> _apps = [];
    private RedisServer? _redis;

    /// <summary>Runs the container that the trainer's pod begins with.</summary>
    public async Task<string> InstallAsync()
    {
        await using var output = new StringWriter();
        var terminal = new Terminal { Output = output, Messages = output, Variable = _ => null };
        var arguments = Arguments(_set.Workload("trainer").Spec.Items("initContainers").Single(), "trainer");
        Assert.Equal(0, await CommandApplication.RunAsync(Archer.Trainer.CommandLine.TrainerCommandLine.Create(terminal), arguments, terminal));
        return output.ToString();
    }

    public Task<Uri> StartPolicyAsync() => StartAsync(Archer.Policy.Serving.Role.PolicyProcess.Build([.. Settings("policy")], Quiet));

    /// <summary>Starts what <c>trainer train</c> starts.</summary>
    public Task<Uri> StartTrainerAsync() => StartAsync(Archer.Trainer.Role.TrainerProcess.Build(
        [.. Settings("trainer"), "--Archer:Redis=127.0.0.1:9,connectTimeout=100", "--Archer:Trainer:SiloUrl=http://127.0.0.1:9"], Quiet));

    public async Task<Uri> StartSiloAsync(Uri policy)
    {
        _redis = await RedisServer.StartAsync();
        Directory.CreateDirectory(Place("/etc/archer"));
        foreach (var (file, text) in _set.OfKind("ConfigMap").SelectMany(map => map.Map("data")))
        {
            File.WriteAllText(Path.Combine(Place("/etc/archer"), file), text);
        }

        return await StartAsync(Archer.Silo.Composition.SiloProcess.Build(
        [
            "--Archer:Roles=silo", .. Settings("silo"), $"--Archer:PolicyClient:Address={policy}", $"--Archer:PolicyClient:Servers:0={policy}",
            $"--Archer:DataDirectory={Place("/silo")}", $"--Archer:Redis={_redis.ConnectionString}", "--Logging:LogLevel:Default=None",
        ]));
    }

    /// <summary>A client with the key of the Secret.</summary>
    public static ArcherClient Client(Uri silo) => new(new ArcherClientOptions { Url = silo, Key = RoleSettings.Secret });

    /// <summary>Addresses that the probes of a role ask.</summary>
    public IEnumerable<string> Probes(string role) =>
        from container in _set.Workload(role).Spec.Items("containers")
        from probe in new[] { "startupProbe", "readinessProbe", "livenessProbe" }
        select container.Text(probe, "httpGet", "path");

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(_apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        if (_redis is { } redis)
        {
            await redis.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task<Uri> StartAsync(WebApplication app)
    {
        _apps.Add(app);
        await app.StartAsync();
        return new Uri(app.Urls.Single());
    }

    /// <summary>What follows the role on a container's command line.</summary>
    private List<string> Arguments(JsonNode container, string role)
    {
        Assert.Equal(role, RoleSettings.Role(container));
        return [.. container.Items("args").Skip(1).Select(argument => Place(argument.Text()!))];
    }

    private IEnumerable<string> Settings(string role) =>
    [
        "--urls=http://127.0.0.1:0",
        .. RoleSettings.Settings(_set.Workload(role).Spec.Items("containers").Single()).Select(setting => $"--{setting.Key}={Place(setting.Value!)}"),
    ];

    /// <summary>Where a path of a container lies here.</summary>
    private string Place(string path) => path switch
    {
        _ when path.StartsWith("/app/", StringComparison.Ordinal) => Path.Combine(AppContext.BaseDirectory, path["/app/".Length..]),
        _ when path.StartsWith('/') => _directory[path[1..]],
        _ => path,
    };

    private static void Quiet(WebApplicationBuilder builder) => builder.Logging.ClearProviders();
}
