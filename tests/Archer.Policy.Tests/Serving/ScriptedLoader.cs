using System.Collections.Concurrent;
using Archer.Policy.Generation;
using Archer.Policy.Serving.Versions;
using Archer.Policy.Text;

namespace Archer.Policy.Tests.Serving;

/// <summary>Versions made by the test instead of read from a disk.</summary>
internal sealed class ScriptedLoader : IPolicyLoader
{
    private readonly ConcurrentDictionary<(string Agent, string Version), Func<IGenerationModel>> _versions = new();
    private readonly ConcurrentDictionary<(string Agent, string Version), int> _loads = new();

    /// <summary>Bytes and the template's special tokens, without merges.</summary>
    public static BpeTokenizer Tokenizer { get; } =
        new BpeTrainer(new BpeTrainerOptions { VocabularySize = 256 + ChatTemplate.SpecialTokens.Count }).Train([]);

    public void Add(string agent, string version, Func<IGenerationModel> model) => _versions[(agent, version)] = model;

    public int Loads(string agent, string version) => _loads.GetValueOrDefault((agent, version));

    public IReadOnlyList<string> Versions(string agent) =>
        [.. _versions.Keys.Where(key => key.Agent == agent).Select(key => key.Version).OrderDescending(StringComparer.Ordinal)];

    public IReadOnlyList<string> Agents() => [.. _versions.Keys.Select(key => key.Agent).Distinct()];

    public ResidentPolicy Load(string agent, string version)
    {
        if (!_versions.TryGetValue((agent, version), out var model))
        {
            throw new ModelNotFoundException($"no {agent}@{version}");
        }

        _loads.AddOrUpdate((agent, version), 1, (_, count) => count + 1);
        return new ResidentPolicy(agent, version, model(), Tokenizer) { LoadedAt = DateTimeOffset.UnixEpoch };
    }
}
