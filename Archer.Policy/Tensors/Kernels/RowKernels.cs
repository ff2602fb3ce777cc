using System.Runtime.Intrinsics;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>What the decoder does to one row at a time. Sums run over eight lanes in a fixed order, whatever the processor.</summary>
internal static unsafe class RowKernels
{
    private const int Lanes = 8;

    /// <summary>The sum of eight lanes, always added in the same order.</summary>
    public static float Reduce(Vector256<float> v)
    {
        var four = v.GetLower() + v.GetUpper();
        return four[0] + four[2] + (four[1] + four[3]);
    }

    public static float Dot(float* a, float* b, int count)
    {
        var sum = Vector256<float>.Zero;
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            sum = Vector256.MultiplyAddEstimate(Vector256.Load(a + i), Vector256.Load(b + i), sum);
        }

        var tail = 0f;
        for (; i < count; i++)
        {
            tail = float.MultiplyAddEstimate(a[i], b[i], tail);
        }

        return Reduce(sum) + tail;
    }

    /// <summary>y += scale · x</summary>
    public static void AddScaled(float* x, float scale, float* y, int count)
    {
        var s = Vector256.Create(scale);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            Vector256.MultiplyAddEstimate(s, Vector256.Load(x + i), Vector256.Load(y + i)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = float.MultiplyAddEstimate(scale, x[i], y[i]);
        }
    }

    /// <summary>z += scale · x · y</summary>
    public static void AddProduct(float* x, float* y, float scale, float* z, int count)
    {
        var s = Vector256.Create(scale);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            Vector256.MultiplyAddEstimate(s * Vector256.Load(x + i), Vector256.Load(y + i), Vector256.Load(z + i)).Store(z + i);
        }

        for (; i < count; i++)
        {
            z[i] = float.MultiplyAddEstimate(scale * x[i], y[i], z[i]);
        }
    }

    public static void Scale(float* x, float scale, int count)
    {
        var s = Vector256.Create(scale);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            (s * Vector256.Load(x + i)).Store(x + i);
        }

        for (; i < count; i++)
        {
            x[i] *= scale;
        }
    }

    /// <summary>y = gain · x / sqrt(mean x² + ε); returns the factor that x was scaled by.</summary>
    public static float RmsNorm(float* x, float* gain, float* y, int count, float epsilon)
    {
        var factor = 1f / MathF.Sqrt(Dot(x, x, count) / count + epsilon);
        var f = Vector256.Create(factor);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            (Vector256.Load(gain + i) * (Vector256.Load(x + i) * f)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = gain[i] * (x[i] * factor);
        }

        return factor;
    }

    /// <summary>y = silu(gate) · up, silu(g) = g / (1 + e^-g)</summary>
    public static void SwiGlu(float* gate, float* up, float* y, int count)
    {
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            SwiGlu(Vector256.Load(gate + i), Vector256.Load(up + i)).Store(y + i);
        }

        if (i == count)
        {
            return;
        }

        var tail = stackalloc float[3 * Lanes];
        Buffer.MemoryCopy(gate + i, tail, Lanes * sizeof(float), (count - i) * sizeof(float));
        Buffer.MemoryCopy(up + i, tail + Lanes, Lanes * sizeof(float), (count - i) * sizeof(float));
        SwiGlu(Vector256.Load(tail), Vector256.Load(tail + Lanes)).Store(tail + 2 * Lanes);
        Buffer.MemoryCopy(tail + 2 * Lanes, y + i, (count - i) * sizeof(float), (count - i) * sizeof(float));
    }

    /// <summary>1 / (1 + e^-x)</summary>
    public static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Exponential.Of(-x));

    private static Vector256<float> SwiGlu(Vector256<float> gate, Vector256<float> up) => gate * Sigmoid(gate) * up;
}
