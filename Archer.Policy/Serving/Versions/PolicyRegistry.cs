using System.Collections.Concurrent;
using Archer.Client;
using Archer.Policy.Checkpoints;
using Archer.Policy.Generation;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Versions;

/// <summary>Every agent's resident versions. Loading happens on pool threads; a version that nobody needs any more is freed by the engine.</summary>
internal sealed class PolicyRegistry(
    IPolicyLoader loader, GenerationThread engine, IOptions<PolicyServerOptions> options, ILogger<PolicyRegistry> logger)
    : IDisposable
{
    private readonly ConcurrentDictionary<string, AgentVersions> agents = new(StringComparer.Ordinal);

    /// <summary>The version that a request names, for its length.</summary>
    /// <exception cref="ModelNotFoundException">There is no such agent or version.</exception>
    /// <exception cref="VersionRefusedException">The version is damaged.</exception>
    public Task<PolicyLease> AcquireAsync(string model, CancellationToken cancellationToken) =>
        ModelName.TryParse(model, out var name)
            ? Known(name).AcquireAsync(name.Version, cancellationToken)
            : throw NotFound(model);

    /// <summary>Makes a version resident without serving it.</summary>
    /// <exception cref="ModelNotFoundException">There is no such agent or version.</exception>
    /// <exception cref="VersionRefusedException">The version is damaged.</exception>
    public Task<ResidentPolicy> LoadAsync(string agent, string version, CancellationToken cancellationToken) =>
        Known(Checked(agent, version)).LoadAsync(version, cancellationToken);

    /// <summary>Makes a version the one that requests get when they name none.</summary>
    /// <exception cref="ModelNotFoundException">There is no such agent or version.</exception>
    /// <exception cref="VersionRefusedException">The version is damaged.</exception>
    public Task<ResidentPolicy> ServeAsync(string agent, string version, CancellationToken cancellationToken) =>
        Known(Checked(agent, version)).ServeAsync(version, cancellationToken);

    /// <summary>An agent's resident versions.</summary>
    /// <exception cref="ModelNotFoundException">There is no such agent.</exception>
    public AgentVersions Describe(string agent) => CheckpointNames.IsSafe(agent) ? Known(new(agent, null)) : throw NotFound(agent);

    /// <summary>Agents that have a version on disk or in memory, by name.</summary>
    public IEnumerable<AgentVersions> All() =>
        loader.Agents().Union(agents.Keys).Order(StringComparer.Ordinal).Select(agent => Known(new(agent, null)));

    /// <summary>Gives every version back to the engine, which frees it; what it was still saying fails.</summary>
    public void Dispose()
    {
        foreach (var versions in agents.Values)
        {
            versions.RetireAll();
        }
    }

    private static ModelName Checked(string agent, string version) =>
        CheckpointNames.IsSafe(agent) && CheckpointNames.IsSafe(version) ? new(agent, version) : throw NotFound($"{agent}@{version}");

    private static ModelNotFoundException NotFound(string model) =>
        new($"The model '{model}' does not exist. GET /v1/models lists those that do; 'agent@version' names one version.");

    /// <summary>Names that lead nowhere are not remembered, or any caller could fill the memory with them.</summary>
    private AgentVersions Known(ModelName name)
    {
        if (agents.TryGetValue(name.Agent, out var known))
        {
            return known;
        }

        if (loader.Versions(name.Agent).Count == 0)
        {
            throw NotFound(name.ToString());
        }

        return agents.GetOrAdd(
            name.Agent, agent => new AgentVersions(agent, options.Value.KeepVersions, loader, policy => engine.Drop(policy.Model), logger));
    }
}
