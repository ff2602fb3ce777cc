using System.Diagnostics;
using Archer.Policy.Models;
using Archer.Policy.Tensors;

namespace Archer.Benchmarks.Models;

/// <summary>Greedy decoding with a key-value cache, one thread: 32 tokens of prompt, then 96 steps.</summary>
internal static class DecodeBenchmark
{
    private const int Prompt = 32;
    private const int Steps = 96;

    public static void Run()
    {
        foreach ((var name, var config) in BenchmarkModels.All)
        {
            using var backend = TensorBackends.Cpu();
            var decoder = new LlamaDecoder(backend, config);
            decoder.Initialize(1);
            using var snapshot = new DecoderSnapshot(config, decoder.Parameters);
            using var rival = TorchRival.Start(BenchmarkModels.RivalArguments(config));
            foreach (var batch in new[] { 1, 8, 32 })
            {
                Func<double>? other = rival is null ? null : () => rival.Measure($"decode {batch} {Prompt} {Steps}");
                Interleaved.Report($"decode {name}, batch {batch}", 5, "tokens/s", () => Measure(snapshot, config, batch), other);
            }
        }
    }

    private static double Measure(DecoderSnapshot snapshot, LlamaConfig config, int conversations)
    {
        using var cache = new KvCache(config);
        using var session = new DecoderSession();
        var batch = new DecodeBatch();
        int[] slots = [.. Enumerable.Range(0, conversations).Select(_ => cache.Allocate())], next = new int[conversations];
        for (var s = 0; s < conversations; s++)
        {
            for (var i = 0; i < Prompt; i++)
            {
                batch.Add((s * Prompt + i) % config.VocabularySize, slots[s], i, i == Prompt - 1);
            }
        }

        Step(snapshot, session, cache, batch, next);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Steps; i++)
        {
            batch.Clear();
            for (var s = 0; s < conversations; s++)
            {
                batch.Add(next[s], slots[s], Prompt + i, true);
            }

            Step(snapshot, session, cache, batch, next);
        }
        return conversations * Steps / clock.Elapsed.TotalSeconds;
    }

    private static void Step(DecoderSnapshot snapshot, DecoderSession session, KvCache cache, DecodeBatch batch, int[] next)
    {
        session.Forward(snapshot, cache, batch);
        for (var s = 0; s < next.Length; s++)
        {
            var logits = session.Logits(s);
            var best = 0;
            for (var v = 1; v < logits.Length; v++)
            {
                best = logits[v] > logits[best] ? v : best;
            }

            next[s] = best;
        }
    }
}
