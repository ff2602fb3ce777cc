using Archer.Benchmarks.Figures;
using Archer.Benchmarks.Generation;
using Archer.Benchmarks.Learning;
using Archer.Benchmarks.Loop;
using Archer.Benchmarks.Models;
using Archer.Benchmarks.Storage;
using Archer.Benchmarks.Text;
using Archer.Benchmarks.Turns;

namespace Archer.Benchmarks;

/// <summary>One benchmark per word of the command line; each prints its rival and the ratio of the same run.</summary>
internal static class Program
{
    private static readonly SortedDictionary<string, Action> Benchmarks = new(StringComparer.Ordinal)
    {
        ["decode"] = DecodeBenchmark.Run,
        ["figures"] = LearningFigures.Run,
        ["gemm"] = GemmBenchmark.Run,
        ["generation"] = GenerationBenchmark.Run,
        ["learning"] = LearningBenchmark.Run,
        ["learning-rules"] = LearningBenchmark.RunRules,
        ["loop"] = LoopBenchmark.Run,
        ["storage-reopen"] = () => ReopenBenchmark.RunAsync().GetAwaiter().GetResult(),
        [StorageBenchmark.Command] = () => StorageBenchmark.RunAsync(rivalTree: null).GetAwaiter().GetResult(),
        ["tokenizer"] = TokenizerBenchmark.Run,
        ["train"] = TrainBenchmark.Run,
        ["turns"] = TurnsBenchmark.Run,
        ["turns-cluster"] = ClusterTurnsBenchmark.Run,
    };

    private static int Main(string[] names)
    {
        if (names is [Peers.Command, ..])
        {
            Peers.RunAsync(names[1..]).GetAwaiter().GetResult();
            return 0;
        }
        if (names is [StorageBenchmark.Command, var rivalTree] && Directory.Exists(rivalTree))
        {
            StorageBenchmark.RunAsync(rivalTree).GetAwaiter().GetResult();
            return 0;
        }
        if (names is [RivalTurnsBenchmark.Command, var tree] && Directory.Exists(tree))
        {
            RivalTurnsBenchmark.RunAsync(tree).GetAwaiter().GetResult();
            return 0;
        }
        if (names.Length == 0 || names.Any(n => !Benchmarks.ContainsKey(n)))
        {
            Console.Error.WriteLine($"Usage: dotnet run --project tests/Archer.Benchmarks -c Release -- <{string.Join(" | ", Benchmarks.Keys)}>…");
            return 2;
        }
        foreach (var name in names)
        {
            Benchmarks[name]();
        }

        return 0;
    }
}
