using Archer.Client;
using Archer.Client.Policies;
using Archer.Policy.Checkpoints;
using Archer.Policy.Generation;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Versions;

/// <summary>Versions from checkpoint directories: <c>{policies}/{agent}/{version}</c>.</summary>
internal sealed class CheckpointPolicyLoader(IOptions<PolicyServerOptions> options, TimeProvider time) : IPolicyLoader, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ITensorBackend _backend = TensorBackends.Cpu();

    public IReadOnlyList<string> Versions(string agent)
    {
        var directory = new DirectoryInfo(Path.Combine(options.Value.PoliciesDirectory, agent));
        return !directory.Exists
            ? []
            : [.. directory.EnumerateDirectories()
                .Select(version => (version.Name, IsVersion: PolicyVersionName.TryParse(version.Name, out var number), Number: number))
                .Where(version => version.IsVersion)
                .OrderByDescending(version => version.Number)
                .Select(version => version.Name)];
    }

    public IReadOnlyList<string> Agents()
    {
        var directory = new DirectoryInfo(options.Value.PoliciesDirectory);
        return !directory.Exists
            ? []
            : [.. directory.EnumerateDirectories()
                .Select(agent => agent.Name)
                .Where(agent => CheckpointNames.IsSafe(agent) && Versions(agent).Count > 0)];
    }

    public ResidentPolicy Load(string agent, string version)
    {
        if (!Versions(agent).Contains(version))
        {
            throw Missing(agent, version);
        }

        try
        {
            var directory = Open(agent, version);
            // Reading makes parameters of a backend that one thread may use at a time; the snapshots made of them are for all.
            lock (_gate)
            {
                using var checkpoint = PolicyCheckpoint.Load(_backend, directory);
                return Resident(agent, version, checkpoint, time.GetUtcNow());
            }
        }
        catch (CheckpointException exception)
        {
            // A listing may be older than the directory: what is gone is missing, not damaged.
            if (!Directory.Exists(Path.Combine(options.Value.PoliciesDirectory, agent, version)))
            {
                throw Missing(agent, version);
            }

            throw new VersionRefusedException($"Version {version} of agent '{agent}' was refused. {exception.Message}", exception);
        }
    }

    /// <summary>Snapshots of a checkpoint that was read; the checkpoint itself may go.</summary>
    /// <exception cref="VersionRefusedException">It has diverged.</exception>
    public static ResidentPolicy Resident(string agent, string version, PolicyCheckpoint checkpoint, DateTimeOffset loadedAt)
    {
        var decoder = new DecoderSnapshot(checkpoint.Actor.Config, checkpoint.Actor.Parameters);
        var critic = checkpoint.Critic is { } found ? new CriticSnapshot(found.Config, found.Parameters) : null;
        var model = new LlamaGenerationModel(decoder, critic);
        var policy = new ResidentPolicy(agent, version, model, checkpoint.Tokenizer) { LoadedAt = loadedAt };
        try
        {
            DivergenceCheck.Run(policy);
            return policy;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public void Dispose() => _backend.Dispose();

    private static ModelNotFoundException Missing(string agent, string version) =>
        new($"The model '{agent}@{version}' does not exist: that agent has no such policy version.");

    /// <summary>With a manifest the files are compared with it, and it must be this agent's and version's. A base from elsewhere has none.</summary>
    private CheckpointDirectory Open(string agent, string version)
    {
        var store = new CheckpointStore(options.Value.PoliciesDirectory, agent, time);
        var path = store.PathOf(version);
        return File.Exists(Path.Combine(path, PolicyManifest.FileName)) ? store.Open(version) : CheckpointDirectory.Open(path);
    }
}
