using Archer.Policy.Serving.Versions;
using Archer.Policy.Serving.Wire;

namespace Archer.Policy.Serving.Http;

/// <summary>What the registry holds, in the words of the API.</summary>
internal static class VersionViews
{
    public static ModelList Models(PolicyRegistry registry) => new() { Data = [.. registry.All().SelectMany(Cards)] };

    public static ModelCard Model(PolicyRegistry registry, string model)
    {
        var (versions, version) = registry.Find(model);
        return Card(versions, version);
    }

    public static AgentPolicies Agent(AgentVersions versions) => new()
    {
        Agent = versions.Agent,
        Available = [.. versions.Available()],
        Resident = [.. versions.Resident().Select(policy => new ResidentVersion
        {
            Version = policy.Version,
            HasCritic = policy.Model.HasCritic,
            VocabularySize = policy.Model.VocabularySize,
            MaxTokens = policy.Model.MaxPositions,
            LoadedAt = policy.LoadedAt,
            InUse = policy.InUse,
        })],
    };

    private static ModelCard Card(AgentVersions versions, string? version)
    {
        var loaded = versions.Resident().Where(policy => version is null || policy.Version == version).Select(policy => policy.LoadedAt.ToUnixTimeSeconds());
        return new ModelCard { Id = version is null ? versions.Agent : $"{versions.Agent}@{version}", Created = loaded.DefaultIfEmpty().Max() };
    }

    private static IEnumerable<ModelCard> Cards(AgentVersions versions) =>
        versions.Resident()
            .Select(policy => new ModelCard { Id = policy.Name, Created = policy.LoadedAt.ToUnixTimeSeconds() })
            .Prepend(Card(versions, version: null));
}
