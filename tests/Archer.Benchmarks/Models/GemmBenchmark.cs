using System.Diagnostics;
using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Benchmarks.Models;

/// <summary>Billions of floating-point operations per second of the matrix product at each vector width, one thread.</summary>
internal static unsafe class GemmBenchmark
{
    public static void Run()
    {
        (int, int, int)[] shapes = [(1, 128, 384), (8, 128, 384), (32, 128, 384), (512, 128, 384), (32, 64, 192), (2048, 64, 352)];
        foreach ((var rows, var depth, var columns) in shapes)
        {
            using var left = new NativeBuffer((long)rows * depth);
            using var right = new NativeBuffer(Packing.Size(depth, columns));
            using var result = new NativeBuffer((long)rows * columns);
            var packed = Packing.Describe(right.Pointer, depth, columns);
            var line = $"gemm {rows} x {depth} x {columns}";
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                var repeats = (int)(200_000_000L / ((long)rows * depth * columns));
                var best = Enumerable.Range(0, 5).Max(_ => Measure(left, packed, result, rows, width, repeats));
                line += $"   {width} {best,6:0.0} GFLOP/s";
            }
            Console.WriteLine(line);
        }
    }

    private static double Measure(NativeBuffer left, RightMatrix right, NativeBuffer result, int rows, VectorWidth width, int repeats)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < repeats; i++)
        {
            Gemm.Multiply(new LeftMatrix(left.Pointer, right.Depth), right, Seed.Zero, result.Pointer, right.Columns, rows, width);
        }

        return 2e-9 * rows * right.Depth * right.Columns * repeats / clock.Elapsed.TotalSeconds;
    }
}
