using System.Collections.Concurrent;
using Archer.Client;
using Archer.Policy.Checkpoints;
using Archer.Policy.Generation;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Versions;

/// <summary>Every agent's resident versions. Loading happens on pool threads; a version that nobody needs any more is freed by the engine.</summary>
internal sealed class PolicyRegistry(
    IPolicyLoader loader, ServingDecisions serving, GenerationThread engine, IOptions<PolicyServerOptions> options, ILogger<PolicyRegistry> logger)
    : IDisposable
{
    private readonly ConcurrentDictionary<string, AgentVersions> _agents = new(StringComparer.Ordinal);

    /// <summary>The version that a request names, for its length. An agent alone means the version that serves, and the newest where nobody decides.</summary>
    /// <exception cref="ModelNotFoundException">There is no such agent or version.</exception>
    /// <exception cref="VersionRefusedException">The version is damaged.</exception>
    /// <exception cref="PolicyUnavailableException">Which version serves cannot be read.</exception>
    public async Task<PolicyLease> AcquireAsync(string model, CancellationToken cancellationToken)
    {
        var (agent, version) = Parse(model);
        var versions = Known(agent, model);
        version ??= await serving.FindAsync(agent, cancellationToken);
        return version is null ? await versions.AcquireNewestAsync(cancellationToken) : await versions.AcquireAsync(version, cancellationToken);
    }

    /// <summary>Makes a version resident.</summary>
    /// <exception cref="ModelNotFoundException">There is no such agent or version.</exception>
    /// <exception cref="VersionRefusedException">The version is damaged.</exception>
    public Task<ResidentPolicy> LoadAsync(string agent, string version, CancellationToken cancellationToken)
    {
        var model = $"{agent}@{version}";
        return CheckpointNames.IsSafe(agent) && CheckpointNames.IsSafe(version)
            ? Known(agent, model).LoadAsync(version, cancellationToken)
            : throw NotFound(model);
    }

    /// <summary>An agent's versions.</summary>
    /// <exception cref="ModelNotFoundException">There is no such agent.</exception>
    public AgentVersions Describe(string agent) => CheckpointNames.IsSafe(agent) ? Known(agent, agent) : throw NotFound(agent);

    /// <summary>The agent of a model that exists, in memory or on disk, and the version that the model names.</summary>
    /// <exception cref="ModelNotFoundException">There is no such agent or version.</exception>
    public (AgentVersions Versions, string? Version) Find(string model)
    {
        var (agent, version) = Parse(model);
        var versions = Known(agent, model);
        return version is null || versions.Available().Contains(version) ? (versions, version) : throw NotFound(model);
    }

    /// <summary>Agents that have a version on disk or in memory, by name.</summary>
    public IEnumerable<AgentVersions> All() =>
        loader.Agents().Union(_agents.Keys).Order(StringComparer.Ordinal).Select(agent => Known(agent, agent));

    /// <summary>Gives every version back to the engine, which frees it; what it was still saying fails.</summary>
    public void Dispose()
    {
        foreach (var versions in _agents.Values)
        {
            versions.RetireAll();
        }
    }

    private static ModelName Parse(string model) => ModelName.TryParse(model, out var name) ? name : throw NotFound(model);

    private static ModelNotFoundException NotFound(string model) =>
        new($"The model '{model}' does not exist. The list of models has those that do; 'agent@version' names one version.");

    /// <summary>Names without a version are not remembered, or any caller could fill the memory with them.</summary>
    private AgentVersions Known(string name, string model)
    {
        if (_agents.TryGetValue(name, out var known))
        {
            return known;
        }

        if (loader.Versions(name).Count == 0)
        {
            throw NotFound(model);
        }

        return _agents.GetOrAdd(
            name, agent => new AgentVersions(agent, options.Value.KeepVersions, loader, policy => engine.Drop(policy.Model), logger));
    }
}
