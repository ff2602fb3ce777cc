using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Tensors.Contract;

/// <summary>
/// Holds an operation against a naive reference in float64: values directly, gradients of a random weighting of the result by central
/// differences of the reference.
/// </summary>
internal sealed class GradientCheck(Func<ITensorBackend> create, params (int Rows, int Columns)[] shapes)
{
    private const double Step = 1e-5;

    public double Deviation { get; init; } = 1;

    public double Tolerance { get; init; } = 2e-5;

    /// <summary>Inputs that the operation must not send a gradient to.</summary>
    public int[] Frozen { get; init; } = [];

    public void Run(Func<ITensorBackend, Tensor[], Tensor> operation, Func<double[][], double[]> reference)
    {
        using var backend = create();
        using var set = backend.CreateParameters([.. shapes.Select((s, i) => new ParameterSpec($"p{i}", s.Rows, s.Columns))]);
        var inputs = new double[shapes.Length][];
        for (var i = 0; i < shapes.Length; i++)
        {
            var values = TestNumbers.Normal(set[i].Count, 17 + i, Deviation);
            set[i].Tensor.Write(values);
            inputs[i] = [.. values.Select(v => (double)v)];
        }
        var expected = reference(inputs);
        var weights = TestNumbers.Normal(expected.Length, 5);
        using (backend.BeginStep())
        {
            var result = operation(backend, [.. set.Select(p => p.Tensor)]);
            AssertClose("values", expected, result.Values);
            backend.Backward(backend.WeightedSum(result, weights));
        }
        for (var i = 0; i < shapes.Length; i++)
        {
            var slope = Frozen.Contains(i) ? new double[inputs[i].Length] : CentralDifferences(inputs, i, reference, weights);
            AssertClose($"gradient of input {i}", slope, set[i].Tensor.Gradient);
        }
    }

    private static double[] CentralDifferences(double[][] inputs, int index, Func<double[][], double[]> reference, float[] weights)
    {
        var slope = new double[inputs[index].Length];
        for (var j = 0; j < slope.Length; j++)
        {
            var kept = inputs[index][j];
            inputs[index][j] = kept + Step;
            var above = Weighted(reference(inputs), weights);
            inputs[index][j] = kept - Step;
            var below = Weighted(reference(inputs), weights);
            inputs[index][j] = kept;
            slope[j] = (above - below) / (2 * Step);
        }
        return slope;
    }

    private static double Weighted(double[] values, float[] weights)
    {
        double sum = 0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += values[i] * weights[i];
        }

        return sum;
    }

    private void AssertClose(string what, double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = 1 + expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * scale, $"{what}[{i}]: expected {expected[i]}, got {actual[i]}");
        }
    }
}
