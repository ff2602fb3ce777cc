using Archer.Policy.Models;

namespace Archer.Benchmarks.Models;

/// <summary>The shapes that are measured: the committed base is about the size of the first.</summary>
internal static class BenchmarkModels
{
    public static IEnumerable<(string Name, LlamaConfig Config)> All =>
    [
        ("C 64, 2 layers", Shape(64, 2, 4, 176, 320)),
        ("C 128, 4 layers", Shape(128, 4, 4, 344, 480)),
    ];

    public static string RivalArguments(LlamaConfig c) => $"{c.HiddenSize} {c.Layers} {c.Heads} {c.IntermediateSize} {c.VocabularySize}";

    private static LlamaConfig Shape(int hidden, int layers, int heads, int inner, int vocabulary) => new()
    {
        HiddenSize = hidden,
        Layers = layers,
        Heads = heads,
        IntermediateSize = inner,
        VocabularySize = vocabulary,
        MaxPositions = 512,
        InitializerRange = 0.05,
    };
}
