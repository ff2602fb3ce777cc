using System.Runtime.Intrinsics;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>Softmax over one row. Padding contributes exact zeros, so a longer buffer never changes the result.</summary>
internal static unsafe class SoftmaxKernel
{
    private const int Lanes = 8;

    /// <summary>
    /// Replaces scores by e^(scale · (score - max)) over the first <paramref name="count"/>, by 0 up to <paramref name="padded"/> (a multiple of 8);
    /// returns the sum.
    /// </summary>
    public static float Exponentials(float* scores, int count, int padded, float scale)
    {
        for (var i = count; i < padded; i++)
        {
            scores[i] = float.NegativeInfinity;
        }

        var used = (count + Lanes - 1) & -Lanes;
        var max = Vector256.Load(scores);
        for (var i = Lanes; i < used; i += Lanes)
        {
            max = Vector256.Max(max, Vector256.Load(scores + i));
        }

        Vector256<float> shift = Vector256.Create(Max(max)), factor = Vector256.Create(scale), sum = Vector256<float>.Zero;
        for (var i = 0; i < used; i += Lanes)
        {
            var e = Exponential.Of((Vector256.Load(scores + i) - shift) * factor);
            e.Store(scores + i);
            sum += e;
        }
        for (var i = used; i < padded; i++)
        {
            scores[i] = 0f;
        }

        return RowKernels.Reduce(sum);
    }

    /// <summary>log Σ e^logit; log-probability of v is logits[v] minus it.</summary>
    public static float LogSumExp(float* logits, int count)
    {
        var max = logits[0];
        for (var v = 1; v < count; v++)
        {
            max = MathF.Max(max, logits[v]);
        }

        Vector256<float> shift = Vector256.Create(max), sum = Vector256<float>.Zero;
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            sum += Exponential.Of(Vector256.Load(logits + i) - shift);
        }

        if (i < count)
        {
            var tail = stackalloc float[Lanes];
            for (var j = 0; j < Lanes; j++)
            {
                tail[j] = i + j < count ? logits[i + j] : float.NegativeInfinity;
            }

            sum += Exponential.Of(Vector256.Load(tail) - shift);
        }
        return max + MathF.Log(RowKernels.Reduce(sum));
    }

    /// <summary>y = e^(logit - logSumExp)</summary>
    public static void Probabilities(float* logits, float logSumExp, float* y, int count)
    {
        var shift = Vector256.Create(logSumExp);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            Exponential.Of(Vector256.Load(logits + i) - shift).Store(y + i);
        }

        if (i == count)
        {
            return;
        }

        var tail = stackalloc float[Lanes];
        for (var j = 0; j < Lanes; j++)
        {
            tail[j] = i + j < count ? logits[i + j] : 0f;
        }

        Exponential.Of(Vector256.Load(tail) - shift).Store(tail);
        for (var j = 0; i + j < count; j++)
        {
            y[i + j] = tail[j];
        }
    }

    private static float Max(Vector256<float> v)
    {
        var four = Vector128.Max(v.GetLower(), v.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
    }
}
