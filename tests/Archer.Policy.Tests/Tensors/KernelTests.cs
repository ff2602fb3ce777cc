using System.Runtime.Intrinsics;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Tests.Tensors;

public sealed unsafe class KernelTests
{
    [Fact]
    public void Exponential_WholeRange_IsWithinTwoUnitsInTheLastPlace()
    {
        for (var x = -87.3; x < 88.3; x += 0.00037)
        {
            float argument = (float)x, actual = Exponential.Of(Vector256.Create(argument))[0];
            double expected = Math.Exp(argument), unit = MathF.BitIncrement((float)expected) - (float)expected;
            var off = Math.Abs(actual - expected) / unit;
            Assert.True(off <= 2, $"e^{argument}: expected {expected}, got {actual}, off by {off} units");
        }
    }

    [Theory]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(-88f, 0f)]
    [InlineData(0f, 1f)]
    public void Exponential_Limits_AreExact(float x, float expected) => Assert.Equal(expected, Exponential.Of(Vector256.Create(x))[0]);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(21)]
    [InlineData(32)]
    public void Exponentials_MorePadding_ChangesNoBit(int count)
    {
        var scores = TestNumbers.Normal(count, count, 4);
        float[] tight = new float[64], wide = new float[64];
        scores.CopyTo(tight, 0);
        scores.CopyTo(wide, 0);
        fixed (float* a = tight, b = wide)
        {
            var sum = SoftmaxKernel.Exponentials(a, count, (count + 7) & -8, 0.3f);
            Assert.Equal(sum, SoftmaxKernel.Exponentials(b, count, 64, 0.3f));
            var expected = scores.Sum(s => Math.Exp(0.3 * (s - scores.Max())));
            Assert.Equal(expected, sum, 4);
        }
        Assert.Equal(tight[..count], wide[..count]);
        Assert.All(wide[count..], v => Assert.Equal(0f, v));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(301)]
    public void LogSumExp_AnyCount_MatchesFloat64(int count)
    {
        float[] logits = TestNumbers.Normal(count, 3, 10), p = new float[count];
        var expected = logits.Max() + Math.Log(logits.Sum(v => Math.Exp(v - (double)logits.Max())));
        fixed (float* x = logits, y = p)
        {
            var actual = SoftmaxKernel.LogSumExp(x, count);
            Assert.Equal(expected, actual, 5);
            SoftmaxKernel.Probabilities(x, actual, y, count);
        }
        Assert.Equal(1, p.Sum(v => (double)v), 5);
    }
}
