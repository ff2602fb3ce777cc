using Archer.Policy.Models;

namespace Archer.Policy.Generation;

/// <summary>A Llama decoder and, when the version has one, its critic.</summary>
internal sealed class LlamaGenerationModel(DecoderSnapshot decoder, CriticSnapshot? critic) : IGenerationModel
{
    public int VocabularySize => decoder.Config.VocabularySize;

    public int MaxPositions { get; } = critic is null
        ? decoder.Config.MaxPositions
        : Math.Min(decoder.Config.MaxPositions, critic.Trunk.Config.MaxPositions);

    public bool HasCritic => critic is not null;

    public IGenerationSession Open(int slots, int rows) => new LlamaGenerationSession(decoder, critic, slots);

    public void Dispose()
    {
        decoder.Dispose();
        critic?.Dispose();
    }
}
