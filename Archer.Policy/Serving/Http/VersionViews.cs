using Archer.Policy.Serving.Versions;
using Archer.Policy.Serving.Wire;

namespace Archer.Policy.Serving.Http;

/// <summary>What the registry holds, in the words of the API.</summary>
internal static class VersionViews
{
    public static ModelList Models(PolicyRegistry registry) => new() { Data = [.. registry.All().SelectMany(Cards)] };

    public static AgentPolicies Agent(AgentVersions versions) => new()
    {
        Agent = versions.Agent,
        Serving = versions.Serving?.Version,
        Available = [.. versions.Available()],
        Resident = [.. versions.Resident().Select(policy => new ResidentVersion
        {
            Version = policy.Version,
            HasCritic = policy.Model.HasCritic,
            VocabularySize = policy.Model.VocabularySize,
            MostTokens = policy.Model.MostPositions,
            LoadedAt = policy.LoadedAt,
            InUse = policy.InUse,
        })],
    };

    private static IEnumerable<ModelCard> Cards(AgentVersions versions) =>
        versions.Resident()
            .Select(policy => new ModelCard { Id = policy.Name, Created = policy.LoadedAt.ToUnixTimeSeconds() })
            .Prepend(new ModelCard { Id = versions.Agent, Created = versions.Serving?.LoadedAt.ToUnixTimeSeconds() ?? 0 });
}
