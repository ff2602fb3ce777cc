using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Tests.Tensors;

public sealed unsafe class GemmTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 64, 64 }, { 1, 300, 130 }, { 2, 16, 48 }, { 3, 17, 15 }, { 5, 700, 33 }, { 6, 9, 16 }, { 7, 32, 31 }, { 8, 256, 32 },
        { 12, 257, 80 }, { 13, 64, 47 }, { 97, 70, 65 }, { 200, 130, 18 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_PackedAtEveryVectorWidth_EqualsOneChainPerOutputToTheBit(int rows, int depth, int columns)
    {
        float[] left = TestNumbers.Normal(rows * depth, 1), weight = TestNumbers.Normal(columns * depth, 2), bias = TestNumbers.Normal(columns, 3);
        var expected = Chain(rows, depth, columns, (i, k) => left[i * depth + k], (k, j) => weight[j * depth + k], (_, j) => bias[j]);
        using var packed = new NativeBuffer(Packing.Size(depth, columns));
        var right = Packing.Describe(packed.Pointer, depth, columns);
        fixed (float* a = left, w = weight, b = bias)
        {
            Packing.Transposed(w, depth, columns, right);
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                var result = new float[rows * columns];
                fixed (float* c = result)
                {
                    Gemm.Multiply(new LeftMatrix(a, depth), right, Seed.Bias(b), c, columns, rows, width);
                }

                Assert.Equal(expected, result);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Multiply_InPlaceTransposedAndAdding_EqualsOneChainPerOutputToTheBit(int rows, int depth, int columns)
    {
        float[] left = TestNumbers.Normal(rows * depth, 4), start = TestNumbers.Normal(rows * columns, 5);
        using var right = new NativeBuffer((long)depth * columns);
        TestNumbers.Normal(depth * columns, 6).CopyTo(right.Span);
        var copy = right.Span.ToArray();
        var expected = Chain(
            rows, depth, columns, (i, k) => left[k * rows + i], (k, j) => copy[k * columns + j], (i, j) => start[i * columns + j]);
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            float[] result = [.. start];
            fixed (float* a = left, c = result)
            {
                var inPlace = RightMatrix.InPlace(right.Pointer, depth, columns, columns);
                Gemm.Multiply(new LeftMatrix(a, 1, rows), inPlace, Seed.Matrix(c, columns), c, columns, rows, width);
            }
            Assert.Equal(expected, result);
        }
    }

    [Fact]
    public void Multiply_ResultWithinAWiderMatrix_LeavesTheRestAlone()
    {
        float[] left = TestNumbers.Normal(3 * 4, 7), result = [.. Enumerable.Repeat(9f, 3 * 40)];
        using var right = new NativeBuffer(4 * 20);
        TestNumbers.Normal(4 * 20, 8).CopyTo(right.Span);
        fixed (float* a = left, c = result)
        {
            Gemm.Multiply(new LeftMatrix(a, 4), RightMatrix.InPlace(right.Pointer, 4, 20, 20), Seed.Zero, c + 10, 40, 3);
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.All(result[(i * 40)..(i * 40 + 10)], v => Assert.Equal(9f, v));
            Assert.DoesNotContain(9f, result[(i * 40 + 10)..(i * 40 + 30)]);
            Assert.All(result[(i * 40 + 30)..(i * 40 + 40)], v => Assert.Equal(9f, v));
        }
    }

    /// <summary>The definition: per output one chain of multiply-adds (fused where the processor can) in ascending k.</summary>
    private static float[] Chain(
        int rows, int depth, int columns, Func<int, int, float> left, Func<int, int, float> right, Func<int, int, float> seed)
    {
        var result = new float[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = seed(i, j);
                for (var k = 0; k < depth; k++)
                {
                    sum = float.MultiplyAddEstimate(left(i, k), right(k, j), sum);
                }

                result[i * columns + j] = sum;
            }
        }

        return result;
    }
}
