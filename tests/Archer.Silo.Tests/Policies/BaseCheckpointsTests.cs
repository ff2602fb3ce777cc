using System.Text.Json;
using Archer.Client.Agents;
using Archer.Client.Policies;
using Archer.Grains.Agents;
using Archer.Grains.Policies;
using Archer.Policy.Checkpoints;
using Archer.Silo.Policies;
using Archer.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Tests.Policies;

public sealed class BaseCheckpointsTests : IDisposable
{
    private const string Base = "models/twenty-questions-base";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Start_OneBaseForTwoAgents_IsEachOnesFirstVersion()
    {
        await InstallAsync(new AgentDefinition { Name = "one", BaseCheckpoint = Base }, new AgentDefinition { Name = "two", BaseCheckpoint = Base, InitialVersion = "v000007" });

        Assert.Equal(("one", "v000000"), Manifest("one", "v000000"));
        Assert.Equal(("two", "v000007"), Manifest("two", "v000007"));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(BaseCheckpoints.Find(Base)!, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(_directory.Path, "policies", "two", "v000007", "model.safetensors")));
    }

    [Fact]
    public async Task Start_BaseFromElsewhere_GetsAManifestThatHolds()
    {
        var bare = Copy("bare");
        File.Delete(Path.Combine(bare, PolicyManifest.FileName));

        await InstallAsync(new AgentDefinition { Name = "one", BaseCheckpoint = bare });

        var version = new CheckpointStore(_directory["policies"], "one", TimeProvider.System).Open("v000000");
        Assert.Equal("one", version.Manifest!.Agent);
    }

    /// <summary>Installed, it would stay: the version is there, so that mending the base would change nothing.</summary>
    [Fact]
    public async Task Start_BaseThatCannotServe_IsRefusedAndNoAgentGetsAVersion()
    {
        var torn = Copy("torn");
        var weights = Path.Combine(torn, "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        var foreign = Copy("foreign");
        File.Delete(Path.Combine(foreign, PolicyManifest.FileName));
        var tokenizer = Path.Combine(foreign, "tokenizer.json");
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace("<|user|>", "<|human|>", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => InstallAsync(
            new AgentDefinition { Name = "one", BaseCheckpoint = torn },
            new AgentDefinition { Name = "two", BaseCheckpoint = foreign },
            new AgentDefinition { Name = "good", BaseCheckpoint = Base }));

        Assert.Equal(2, failure.Failures.Count());
        Assert.StartsWith($"Archer:Agents: agent one: BaseCheckpoint {torn} cannot serve. Checkpoint file '{weights}' was refused at its SHA-256: ", failure.Failures.First(), StringComparison.Ordinal);
        Assert.StartsWith($"Archer:Agents: agent two: BaseCheckpoint {foreign} cannot serve. Checkpoint file '{tokenizer}' was refused at $.added_tokens: ", failure.Failures.Last(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["policies"]));
    }

    [Fact]
    public async Task Start_KilledWhileItWrote_BeginsAnewAndLeavesNothingBehind()
    {
        var left = Directory.CreateDirectory(Path.Combine(_directory.Path, "policies", "one", ".writing-v000000"));
        File.WriteAllText(Path.Combine(left.FullName, "model.safetensors"), "half");

        await InstallAsync(new AgentDefinition { Name = "one", BaseCheckpoint = Base });

        Assert.Equal("one", new CheckpointStore(_directory["policies"], "one", TimeProvider.System).Open("v000000").Manifest!.Agent);
        Assert.False(left.Exists && Directory.Exists(left.FullName));
    }

    [Fact]
    public async Task Start_SilosThatShareTheDirectory_InstallItOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => InstallAsync(new AgentDefinition { Name = "one", BaseCheckpoint = Base }))));

        Assert.Equal("one", new CheckpointStore(_directory["policies"], "one", TimeProvider.System).Open("v000000").Manifest!.Agent);
    }

    [Fact]
    public async Task Start_VersionThere_IsLeftAlone()
    {
        var version = Directory.CreateDirectory(Path.Combine(_directory.Path, "policies", "one", "v000000"));

        await InstallAsync(new AgentDefinition { Name = "one", BaseCheckpoint = Base });

        Assert.Empty(version.EnumerateFiles());
    }

    [Fact]
    public async Task Start_NoCheckpoint_NamesEveryAgent()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            InstallAsync(new AgentDefinition { Name = "one" }, new AgentDefinition { Name = "two", BaseCheckpoint = "nowhere" }, new AgentDefinition { Name = "good", BaseCheckpoint = Base }));

        Assert.Equal(
            [
                $"Archer:Agents: agent one: BaseCheckpoint is missing, and {Path.Combine(_directory.Path, "policies", "one", "v000000")} is not there.",
                "Archer:Agents: agent two: BaseCheckpoint nowhere is not a directory.",
            ],
            failure.Failures);
        Assert.False(Directory.Exists(Path.Combine(_directory.Path, "policies", "good")));
    }

    [Fact]
    public Task Start_PolicyServerElsewhere_MayKeepTheVersions() =>
        InstallAsync(new PolicyClientOptions { Address = new Uri("http://policy:8080") }, new AgentDefinition { Name = "one" });

    [Fact]
    public async Task Start_SwitchedOff_TouchesNothing()
    {
        await InstallAsync(
            new SiloOptions { DataDirectory = _directory.Path, InstallBaseCheckpoints = false },
            new PolicyClientOptions(),
            new AgentDefinition { Name = "one", BaseCheckpoint = Base },
            new AgentDefinition { Name = "two", BaseCheckpoint = "nowhere" });

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    private string Copy(string name)
    {
        var copy = Directory.CreateDirectory(_directory[name]).FullName;
        foreach (var file in Directory.EnumerateFiles(BaseCheckpoints.Find(Base)!))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    private Task InstallAsync(params AgentDefinition[] agents) => InstallAsync(new PolicyClientOptions(), agents);

    private Task InstallAsync(PolicyClientOptions policy, params AgentDefinition[] agents) =>
        InstallAsync(new SiloOptions { DataDirectory = _directory.Path }, policy, agents);

    private static Task InstallAsync(SiloOptions silo, PolicyClientOptions policy, params AgentDefinition[] agents) => new BaseCheckpoints(
        new AgentCatalog(agents),
        Microsoft.Extensions.Options.Options.Create(silo),
        Microsoft.Extensions.Options.Options.Create(policy),
        TimeProvider.System,
        NullLogger<BaseCheckpoints>.Instance).StartAsync(CancellationToken.None);

    private (string, string) Manifest(string agent, string version)
    {
        var path = Path.Combine(_directory.Path, "policies", agent, version, PolicyManifest.FileName);
        var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), PolicyManifestJson.Default.PolicyManifest)!;
        return (manifest.Agent, manifest.Version);
    }
}
