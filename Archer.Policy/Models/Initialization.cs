using Archer.Policy.Tensors;

namespace Archer.Policy.Models;

/// <summary>Seeded initial weights. Every parameter draws from its own stream (seed and name), so adding one does not change the others.</summary>
internal static class Initialization
{
    /// <summary>Matrices from N(0, deviation²), biases 0, gains (vectors named weight) 1.</summary>
    public static void Normal(ParameterSet parameters, double deviation, ulong seed)
    {
        foreach (var parameter in parameters)
        {
            var values = new float[parameter.Count];
            if (parameter.Shape.Count == 2)
            {
                Fill(values, deviation, seed ^ Hash(parameter.Name));
            }
            else if (parameter.Name.EndsWith("weight", StringComparison.Ordinal))
            {
                Array.Fill(values, 1f);
            }

            parameter.Tensor.Write(values);
        }
    }

    private static void Fill(float[] values, double deviation, ulong state)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(ref state)));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * Uniform(ref state)));
        }
    }

    /// <summary>A number in [0, 1) from SplitMix64.</summary>
    private static double Uniform(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>FNV-1a.</summary>
    private static ulong Hash(string name)
    {
        var hash = 14695981039346656037;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        return hash;
    }
}
