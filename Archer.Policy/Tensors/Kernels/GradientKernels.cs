using System.Runtime.Intrinsics;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>Gradients of <see cref="RowKernels"/>, added to what is there.</summary>
internal static unsafe class GradientKernels
{
    private const int Lanes = 8;

    /// <summary>dx += f · gain · dy − x · f³ / C · Σ gain · dy · x, where f is the factor that RmsNorm returned.</summary>
    public static void RmsNorm(float* x, float* gain, float* dy, float factor, float* dx, int count)
    {
        var sum = Vector256<float>.Zero;
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            sum = Vector256.MultiplyAddEstimate(Vector256.Load(gain + i) * Vector256.Load(dy + i), Vector256.Load(x + i), sum);
        }

        var dot = RowKernels.Reduce(sum);
        for (; i < count; i++)
        {
            dot += gain[i] * dy[i] * x[i];
        }

        var back = -dot * factor * factor * factor / count;
        Vector256<float> f = Vector256.Create(factor), b = Vector256.Create(back);
        for (i = 0; i <= count - Lanes; i += Lanes)
        {
            var direct = Vector256.MultiplyAddEstimate(Vector256.Load(gain + i) * Vector256.Load(dy + i), f, Vector256.Load(dx + i));
            Vector256.MultiplyAddEstimate(Vector256.Load(x + i), b, direct).Store(dx + i);
        }
        for (; i < count; i++)
        {
            dx[i] += gain[i] * dy[i] * factor + x[i] * back;
        }
    }

    /// <summary>dgate += dy · up · σ · (1 + gate · (1 − σ)); dup += dy · gate · σ.</summary>
    public static void SwiGlu(float* gate, float* up, float* dy, float* dgate, float* dup, nint from, nint to)
    {
        var i = from;
        for (; i <= to - Lanes; i += Lanes)
        {
            Vector256<float> g = Vector256.Load(gate + i), d = Vector256.Load(dy + i);
            Vector256<float> sigmoid = RowKernels.Sigmoid(g), silu = g * sigmoid;
            var turn = Vector256.MultiplyAddEstimate(silu, Vector256<float>.One - sigmoid, sigmoid);
            Vector256.MultiplyAddEstimate(d * Vector256.Load(up + i), turn, Vector256.Load(dgate + i)).Store(dgate + i);
            Vector256.MultiplyAddEstimate(d, silu, Vector256.Load(dup + i)).Store(dup + i);
        }
        for (; i < to; i++)
        {
            float sigmoid = RowKernels.Sigmoid(Vector256.Create(gate[i]))[0], silu = gate[i] * sigmoid;
            dgate[i] += dy[i] * up[i] * (silu * (1f - sigmoid) + sigmoid);
            dup[i] += dy[i] * silu;
        }
    }
}
