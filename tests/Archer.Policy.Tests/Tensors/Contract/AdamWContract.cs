using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Tensors.Contract;

/// <summary>The optimiser of a backend against its equations in float64.</summary>
public abstract class AdamWContract
{
    private static readonly ParameterSpec[] Specs = [new("matrix", 5, 7), new("bias", 9)];

    protected abstract ITensorBackend Create();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1f, 0.5f)]
    [InlineData(0, 100)]
    public void Step_SeveralUpdates_FollowsTheEquationsInFloat64(float decay, float clip)
    {
        using var backend = Create();
        using var set = backend.CreateParameters(Specs);
        var options = new AdamWOptions { LearningRate = 0.02f, WeightDecay = decay, ClipNorm = clip };
        using var optimizer = backend.CreateAdamW(set, options);
        set[0].Tensor.Write(TestNumbers.Normal(35, 1));
        set[1].Tensor.Write(TestNumbers.Normal(9, 2));
        double[] w = [.. set.SelectMany(p => p.Tensor.Values.ToArray()).Select(v => (double)v)], m = new double[44], v = new double[44];
        for (var step = 1; step <= 5; step++)
        {
            double[] g = [.. Gradient(backend, set, step)];
            double norm = Math.Sqrt(g.Sum(x => x * x)), scale = clip > 0 && norm > clip ? clip / norm : 1;
            Assert.Equal(norm, optimizer.Step(), 4);
            for (var i = 0; i < 44; i++)
            {
                m[i] = 0.9 * m[i] + 0.1 * g[i] * scale;
                v[i] = 0.999 * v[i] + 0.001 * g[i] * scale * g[i] * scale;
                var kept = i < 35 ? w[i] * (1 - 0.02 * decay) : w[i];
                w[i] = kept - 0.02 * m[i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }
        Assert.Equal(5, optimizer.Steps);
        float[] actual = [.. set.SelectMany(p => p.Tensor.Values.ToArray())];
        for (var i = 0; i < 44; i++)
        {
            Assert.Equal(w[i], actual[i], 5);
        }

        Assert.All(set, p => Assert.All(p.Tensor.Gradient.ToArray(), x => Assert.Equal(0f, x)));
    }

    [Fact]
    public void Restore_StateOfAnotherOptimiser_ContinuesToTheBit()
    {
        using var backend = Create();
        using ParameterSet one = backend.CreateParameters(Specs), two = backend.CreateParameters(Specs);
        using IOptimizer first = backend.CreateAdamW(one, new AdamWOptions()), second = backend.CreateAdamW(two, new AdamWOptions());
        for (var step = 1; step <= 3; step++)
        {
            Update(backend, one, first, step);
        }

        two.CopyFrom(one);
        foreach (var parameter in one)
        {
            second.RestoreMoments(parameter.Name, first.FirstMoment(parameter.Name), first.SecondMoment(parameter.Name));
        }

        second.RestoreSteps(first.Steps);
        Update(backend, one, first, 9);
        Update(backend, two, second, 9);
        Assert.Equal(one.SelectMany(p => p.Tensor.Values.ToArray()), two.SelectMany(p => p.Tensor.Values.ToArray()));
    }

    [Fact]
    public void Step_GradientNotFinite_ChangesNothingAndSaysSo()
    {
        using var backend = Create();
        using var set = backend.CreateParameters(Specs);
        using var optimizer = backend.CreateAdamW(set, new AdamWOptions());
        set[0].Tensor.Write(TestNumbers.Normal(35, 1));
        var before = set[0].Tensor.Values.ToArray();
        using (backend.BeginStep())
        {
            backend.Backward(backend.Affine(backend.Sum(set[0].Tensor), float.PositiveInfinity));
        }

        var error = Assert.Throws<ArithmeticException>(() => optimizer.Step());
        Assert.Equal($"The gradient norm is {float.PositiveInfinity} at step 1: no update was made.", error.Message);
        Assert.Equal(before, set[0].Tensor.Values.ToArray());
        Assert.Equal(0, optimizer.Steps);
        Assert.All(set[0].Tensor.Gradient.ToArray(), x => Assert.Equal(0f, x));
    }

    private static void Update(ITensorBackend backend, ParameterSet set, IOptimizer optimizer, int seed)
    {
        Gradient(backend, set, seed);
        optimizer.Step();
    }

    private static IEnumerable<double> Gradient(ITensorBackend backend, ParameterSet set, int seed)
    {
        float[] matrix = TestNumbers.Normal(35, 100 + seed), bias = TestNumbers.Normal(9, 200 + seed);
        using (backend.BeginStep())
        {
            backend.Backward(backend.Add(backend.WeightedSum(set[0].Tensor, matrix), backend.WeightedSum(set[1].Tensor, bias)));
        }

        return matrix.Concat(bias).Select(v => (double)v);
    }
}
