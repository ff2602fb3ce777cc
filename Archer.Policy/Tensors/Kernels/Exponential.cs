using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Archer.Policy.Tensors.Kernels;

/// <summary>e^x of eight floats by range reduction and a polynomial of degree six (error below 2 ulp); 0 below -87.</summary>
internal static class Exponential
{
    private const float Lowest = -87.33654f;
    private const float Highest = 88.37626f;
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        var inRange = Vector256.Min(x, Vector256.Create(Highest));
        inRange = Vector256.Max(inRange, Vector256.Create(Lowest));
        var n = Vector256.Floor(Vector256.MultiplyAddEstimate(inRange, Vector256.Create(Log2E), Vector256.Create(0.5f)));
        var r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2High), inRange);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2Low), r);
        var p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.MultiplyAddEstimate(p, r * r, r) + Vector256<float>.One;
        var power = Vector256.ShiftLeft(Vector256.ConvertToInt32(n) + Vector256.Create(127), 23);
        var result = p * power.AsSingle();
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(Lowest)), Vector256<float>.Zero, result);
    }
}
