using Archer.Client.CommandLine;
using Archer.Client.Http;
using Archer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>
/// The three roles with the settings of the manifests, each in this process on a port of loopback; the containers' paths lie in a temporary directory.
/// The silo is that of the embedded stack, with its state in files: the other is not compiled here.
/// </summary>
internal sealed class RolesOfManifests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManifestSet _set = ManifestSet.Render("base");
    private readonly List<WebApplication> _apps = [];

    /// <summary>Runs the container that the trainer's pod begins with.</summary>
    public async Task<string> InstallAsync()
    {
        await using var output = new StringWriter();
        var terminal = new Terminal { Output = output, Messages = output, Variable = _ => null };
        var arguments = _set.Workload("trainer").Spec.Items("initContainers").Single().Items("args").Select(argument => Place(argument.Text()!)).ToList();
        Assert.Equal(0, await CommandApplication.RunAsync(Archer.Trainer.CommandLine.TrainerCommandLine.Create(terminal), arguments, terminal));
        return output.ToString();
    }

    public Task<Uri> StartPolicyAsync() => StartAsync(Archer.Policy.Serving.Role.PolicyProcess.Build([.. Settings("policy")], Quiet));

    public Task<Uri> StartTrainerAsync() => StartAsync(Archer.Trainer.Role.TrainerProcess.Build(
        [.. Settings("trainer"), "--Archer:Redis=127.0.0.1:9,connectTimeout=100", "--Archer:Trainer:SiloUrl=http://127.0.0.1:9"], Quiet));

    public Task<Uri> StartSiloAsync(Uri policy)
    {
        Directory.CreateDirectory(Place("/etc/archer"));
        foreach (var (file, text) in _set.OfKind("ConfigMap").SelectMany(map => map.Map("data")))
        {
            File.WriteAllText(Path.Combine(Place("/etc/archer"), file), text);
        }

        return StartAsync(Archer.Silo.Composition.SiloProcess.Build(
        [
            .. Settings("silo"), $"--Archer:PolicyClient:Address={policy}", $"--Archer:PolicyClient:Servers:0={policy}", $"--Archer:DataDirectory={Place("/silo")}", "--Archer:Redis=",
            "--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0", "--Logging:LogLevel:Default=None",
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

        _directory.Dispose();
    }

    private async Task<Uri> StartAsync(WebApplication app)
    {
        _apps.Add(app);
        await app.StartAsync();
        return new Uri(app.Urls.Single());
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
