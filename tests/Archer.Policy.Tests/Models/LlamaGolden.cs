using System.Text.Json;
using Archer.Policy.Models;
using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Models;

/// <summary>One case of tests/golden/llama.json (made by llama.py beside it).</summary>
internal sealed record LlamaGolden(
    LlamaConfig Config, int[][] Sequences, double[][] Logits, double Loss, Dictionary<string, double[]> Gradients)
{
    public static IReadOnlyList<LlamaGolden> Load()
    {
        var json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "llama.json"));
        return JsonSerializer.Deserialize<List<LlamaGolden>>(json, JsonSerializerOptions.Web)!;
    }

    /// <summary>The script's weights: number j, element i is 0.3 sin(1.7 i + j), gains 1 more.</summary>
    public static void FillWeights(ParameterSet parameters)
    {
        for (var j = 0; j < parameters.Count; j++)
        {
            double shift = parameters[j].Shape.Count == 1 ? 1 : 0;
            parameters[j].Tensor.Write([.. Enumerable.Range(0, parameters[j].Count).Select(i => (float)(shift + 0.3 * Math.Sin(1.7 * i + j)))]);
        }
    }
}
