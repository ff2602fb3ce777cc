using System.Runtime.Intrinsics;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>
/// One row's weighted sum of values for four panels of 16 columns at once, each panel with the weights of its own head. One head alone is a
/// single chain of
/// dependent additions; four run side by side, in the same order as <see cref="Gemm"/>, so the bits are the same.
/// </summary>
internal static unsafe class HeadTiles
{
    public const int Panels = 4;

    /// <summary>result[16 p + j] = Σ_k weights[p][k] · values[p][k · step + j] for the four panels p.</summary>
    public static void Run(float** weights, float** values, nint step, nint depth, float* result)
    {
        if (TileShape.Fastest == VectorWidth.Bits512)
        {
            Run512(weights, values, step, depth, result);
        }
        else
        {
            Run256(weights, values, step, depth, result);
        }
    }

    public static void Run512(float** weights, float** values, nint step, nint depth, float* result)
    {
        float* w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3], v0 = values[0], v1 = values[1], v2 = values[2], v3 = values[3];
        Vector512<float> c0 = Vector512<float>.Zero, c1 = c0, c2 = c0, c3 = c0;
        nint offset = 0;
        for (nint k = 0; k < depth; k++, offset += step)
        {
            c0 = Vector512.MultiplyAddEstimate(Vector512.Create(w0[k]), Vector512.Load(v0 + offset), c0);
            c1 = Vector512.MultiplyAddEstimate(Vector512.Create(w1[k]), Vector512.Load(v1 + offset), c1);
            c2 = Vector512.MultiplyAddEstimate(Vector512.Create(w2[k]), Vector512.Load(v2 + offset), c2);
            c3 = Vector512.MultiplyAddEstimate(Vector512.Create(w3[k]), Vector512.Load(v3 + offset), c3);
        }
        c0.Store(result);
        c1.Store(result + 16);
        c2.Store(result + 32);
        c3.Store(result + 48);
    }

    public static void Run256(float** weights, float** values, nint step, nint depth, float* result)
    {
        float* w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3], v0 = values[0], v1 = values[1], v2 = values[2], v3 = values[3];
        Vector256<float> a0 = Vector256<float>.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        nint offset = 0;
        for (nint k = 0; k < depth; k++, offset += step)
        {
            var w = Vector256.Create(w0[k]);
            a0 = Vector256.MultiplyAddEstimate(w, Vector256.Load(v0 + offset), a0);
            b0 = Vector256.MultiplyAddEstimate(w, Vector256.Load(v0 + offset + 8), b0);
            w = Vector256.Create(w1[k]);
            a1 = Vector256.MultiplyAddEstimate(w, Vector256.Load(v1 + offset), a1);
            b1 = Vector256.MultiplyAddEstimate(w, Vector256.Load(v1 + offset + 8), b1);
            w = Vector256.Create(w2[k]);
            a2 = Vector256.MultiplyAddEstimate(w, Vector256.Load(v2 + offset), a2);
            b2 = Vector256.MultiplyAddEstimate(w, Vector256.Load(v2 + offset + 8), b2);
            w = Vector256.Create(w3[k]);
            a3 = Vector256.MultiplyAddEstimate(w, Vector256.Load(v3 + offset), a3);
            b3 = Vector256.MultiplyAddEstimate(w, Vector256.Load(v3 + offset + 8), b3);
        }
        a0.Store(result);
        b0.Store(result + 8);
        a1.Store(result + 16);
        b1.Store(result + 24);
        a2.Store(result + 32);
        b2.Store(result + 40);
        a3.Store(result + 48);
        b3.Store(result + 56);
    }
}
