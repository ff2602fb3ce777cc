using Archer.Policy.Models;

namespace Archer.Trainer.Sft;

/// <summary>Shape of a model that is made anew. The defaults are the base of ten-word Twenty Questions: 133,440 parameters.</summary>
public sealed record BaseModelShape
{
    /// <summary>Layers. Default 2.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>C. Default 64.</summary>
    public int HiddenSize { get; init; } = 64;

    /// <summary>H. Default 4.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Most tokens of the vocabulary, bytes and special tokens included. Default 512.</summary>
    public int VocabularySize { get; init; } = 512;

    /// <summary>Longest conversation, tokens; 20 turns of the longest utterances must fit. Default 1,024.</summary>
    public int MaxPositions { get; init; } = 1024;

    /// <summary>Deviation of the initial weights. Default 0.08: Hugging Face's 0.02 is made for models ten times as wide.</summary>
    public double InitializerRange { get; init; } = 0.08;

    /// <summary>The model's configuration; the SwiGLU layer is 2.75 times as wide as the model.</summary>
    public LlamaConfig ToConfig(int vocabularySize) => new()
    {
        VocabularySize = vocabularySize,
        HiddenSize = HiddenSize,
        IntermediateSize = HiddenSize * 11 / 4,
        Layers = Layers,
        Heads = Heads,
        MaxPositions = MaxPositions,
        TieEmbeddings = true,
        InitializerRange = InitializerRange,
    };
}
