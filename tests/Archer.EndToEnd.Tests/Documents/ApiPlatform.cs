using Archer.EndToEnd.Tests.Processes;
using Archer.Policy.Checkpoints;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Testing;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>What the examples of docs/api.md talk to: a silo whose trainer has just written a version, and one with keys whose policy server is away.</summary>
internal sealed class ApiPlatform : IAsyncDisposable
{
    private const string Agent = "twenty-questions";
    private readonly TemporaryDirectory _directory = new();
    private readonly SiloProcess[] _silos;

    private ApiPlatform(TemporaryDirectory directory, SiloProcess open, SiloProcess locked)
    {
        (_directory, _silos) = (directory, [open, locked]);
        Open = new DocumentShell(directory.Path, open.Url, statuses: true);
        Locked = new DocumentShell(directory.Path, locked.Url, statuses: true);
    }

    /// <summary>Commands to the silo without keys.</summary>
    public DocumentShell Open { get; }

    /// <summary>Commands to the silo with keys.</summary>
    public DocumentShell Locked { get; }

    public Uri Url => _silos[0].Url;

    public static async Task<ApiPlatform> StartAsync()
    {
        var directory = new TemporaryDirectory();
        string[] quiet = ["--Archer:Demo:Users=0", "--Archer:Trainer:Enabled=false", "--Archer:StatusSeconds=0"];
        var open = await SiloProcess.StartAsync(directory["open"], SiloProcess.FreePort(), [.. quiet, "--Archer:AgentHost:AdmissionTimeout=00:00:01"]);
        var locked = await SiloProcess.StartAsync(
            directory["locked"],
            SiloProcess.FreePort(),
            [.. quiet, "--Archer:Keys:0=change-me-to-a-secret", "--Archer:PolicyClient:Address=http://127.0.0.1:9", "--Archer:PolicyClient:Retries=0"]);
        WriteVersion(Path.Combine(directory["open"], "policies"));
        return new ApiPlatform(directory, open, locked);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        _directory.Dispose();
    }

    private static void WriteVersion(string policies)
    {
        var store = new CheckpointStore(policies, Agent, TimeProvider.System);
        using var backend = TensorBackends.Cpu(1);
        using var checkpoint = PolicyCheckpoint.Load(backend, store.Open("v000000"));
        var critic = new Critic(backend, checkpoint.Actor.Config with { InitializerRange = 0.08f }, headSize: 64);
        critic.Initialize(1);
        critic.Parameters.CopyFrom(checkpoint.Actor.Parameters);
        store.Write(new CheckpointDraft { Files = PolicyCheckpoint.Files(checkpoint.Actor, critic, checkpoint.Tokenizer), Step = 1, Parent = "v000000" });
        critic.Parameters.Dispose();
    }
}
