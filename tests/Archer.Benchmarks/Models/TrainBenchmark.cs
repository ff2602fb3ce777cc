using System.Diagnostics;
using Archer.Policy.Models;
using Archer.Policy.Tensors;

namespace Archer.Benchmarks.Models;

/// <summary>A training step of the actor: forward, next-token loss, backward, clip, Adam; 32 sequences of 70 tokens.</summary>
internal static class TrainBenchmark
{
    private const int Sequences = 32;
    private const int Length = 70;
    private const int Steps = 3;

    public static void Run()
    {
        foreach ((var name, var config) in BenchmarkModels.All)
        {
            using var rival = TorchRival.Start(BenchmarkModels.RivalArguments(config));
            foreach (var threads in new[] { 1, 2 })
            {
                using var backend = TensorBackends.Cpu(threads);
                var decoder = new LlamaDecoder(backend, config);
                decoder.Initialize(1);
                using var optimizer = backend.CreateAdamW(decoder.Parameters, new AdamWOptions { LearningRate = 1e-4f });
                var tokens = new PackedTokens([.. Enumerable.Range(0, Sequences).Select(s => (IReadOnlyList<int>)
                    [.. Enumerable.Range(s * Length, Length).Select(i => i * 7 % config.VocabularySize)])]);
                Func<double>? other = rival is null ? null : () => rival.Measure($"train {Sequences} {Length} {Steps}");
                Interleaved.Report($"train {name}, {threads} thread(s)", 5, "tokens/s", () => Measure(backend, decoder, optimizer, tokens), other);
            }
        }
    }

    private static double Measure(ITensorBackend backend, LlamaDecoder decoder, IOptimizer optimizer, PackedTokens tokens)
    {
        int[] rows = [.. Enumerable.Range(0, tokens.Count).Where(r => r % Length != Length - 1)];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Steps; i++)
        {
            using var step = backend.BeginStep();
            var logits = decoder.LogitsAt(decoder.Hidden(tokens), rows);
            int[] targets = [.. rows.Select(r => tokens.Ids[r + 1])];
            backend.Backward(backend.Affine(backend.Mean(backend.SelectLogProbabilities(logits, targets)), -1f));
            optimizer.Step();
        }
        return tokens.Count * Steps / clock.Elapsed.TotalSeconds;
    }
}
