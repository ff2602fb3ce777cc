using Archer.Client.Policies;
using Archer.Policy.Checkpoints;
using Archer.Policy.Models;
using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Serving;

/// <summary>Small real policies with random weights, written as checkpoints.</summary>
internal static class SamplePolicies
{
    /// <summary>Four ids more than the tokenizer has: the policy must not say them.</summary>
    public static readonly LlamaConfig Config = new()
    {
        VocabularySize = ScriptedLoader.Tokenizer.VocabularySize + 4,
        HiddenSize = 32,
        IntermediateSize = 64,
        Layers = 2,
        Heads = 4,
        MaxPositions = 512,
        InitializerRange = 0.3,
    };

    public static PolicyManifest Write(string policies, ulong seed, bool withCritic = true, Action<LlamaDecoder>? change = null)
    {
        using var backend = TensorBackends.Cpu();
        var actor = Actor(backend, seed);
        change?.Invoke(actor);
        var files = PolicyCheckpoint.Files(actor, withCritic ? Critic(backend, seed) : null, ScriptedLoader.Tokenizer);
        return new CheckpointStore(policies, PolicyServer.Agent, TimeProvider.System).Write(new CheckpointDraft { Files = files });
    }

    public static LlamaDecoder Actor(ITensorBackend backend, ulong seed)
    {
        var actor = new LlamaDecoder(backend, Config);
        actor.Initialize(seed);
        return actor;
    }

    public static Critic Critic(ITensorBackend backend, ulong seed)
    {
        var critic = new Critic(backend, Config, headSize: 16);
        critic.Initialize(seed + 1000);
        return critic;
    }
}
