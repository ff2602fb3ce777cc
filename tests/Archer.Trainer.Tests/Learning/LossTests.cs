using Archer.Policy.Tensors;
using Archer.Trainer.Learning;
using Archer.Trainer.Sft;

namespace Archer.Trainer.Tests.Learning;

/// <summary>Losses and their gradients against numbers from NumPy float64.</summary>
public sealed class LossTests : IDisposable
{
    private static readonly float[] Quarter = [0.25f, 0.25f, 0.25f, 0.25f];
    private static readonly float[] Acted = [Log(0.5), Log(0.225), Log(0.9), Log(0.05)];
    private static readonly float[] Recorded = [Log(0.4), Log(0.25), Log(0.5), Log(0.06)];
    private static readonly float[] Advantages = [1.5f, -2, 0.7f, -0.3f];
    private readonly ITensorBackend _backend = TensorBackends.Cpu();

    [Fact]
    public void RatioClip_TakesTheSmallerGain_AndClippedTokensPushNoMore()
    {
        (var loss, var gradient) = Run(Acted, 1, x => ActorLoss.PpoClip(_backend, x, Recorded, Advantages, Quarter, 0.2f));

        Assert.Equal(-0.1475, loss, 1e-5);
        AssertClose([0, 0.45f, 0, 0.0625f], gradient);
    }

    [Fact]
    public void Reinforce_WeighsLogProbabilitiesByAdvantage()
    {
        (var loss, var gradient) = Run([Log(0.5), Log(0.2), Log(0.9), Log(0.05)], 1, x => ActorLoss.Reinforce(_backend, x, Advantages, Quarter));

        Assert.Equal(-0.7510305937835005, loss, 1e-5);
        AssertClose([-0.375f, 0.5f, -0.175f, 0.075f], gradient);
    }

    [Fact]
    public void AdvantageWeighted_ImitatesByTheExponentialOfTheAdvantage_UpToABound()
    {
        (var loss, var gradient) = Run(
            [Log(0.5), Log(0.2), Log(0.9), Log(0.05)], 1, x => ActorLoss.AdvantageWeighted(_backend, x, [1.5f, -2, 0.7f, 9], Quarter, 0.5f));

        Assert.Equal(67.96905270274506, loss, 1e-4);
        AssertClose([-0.5292500f, -0.0919699f, -0.3547669f, -22.5042828f], gradient);
        (var bounded, _) = Run([Log(0.5)], 1, x => ActorLoss.AdvantageWeighted(_backend, x, [20], [1], 1));
        Assert.Equal(69.31471805599453, bounded, 1e-4);
    }

    [Fact]
    public void Expectile_CostsMoreBelowTheTarget()
    {
        (var loss, var gradient) = Run([0.3f, -1, 2], 1, x => CriticLoss.Expectile(_backend, x, [0, 0.5f, 1], [0.5f, 0.25f, 0.5f], 0.9f));

        Assert.Equal(0.56075, loss, 1e-6);
        AssertClose([0.03f, -0.675f, 0.1f], gradient);
    }

    [Fact]
    public void Divergence_IsExactOverTheVocabulary()
    {
        (var loss, var gradient) = Run(
            [0.1f, -0.4f, 1.2f, 2, 0, -1],
            3,
            x => ActorLoss.Divergence(_backend, x, _backend.Constant([0, 0, 0.5f, 1, 1, -2], 2, 3), [0.25f, 0.75f]));

        Assert.Equal(0.2624151677175595, loss, 1e-5);
        Assert.Equal(0, gradient.Sum(), 1e-5);
    }

    [Fact]
    public void Divergence_FromItself_IsZero()
    {
        (var loss, var gradient) = Run([0.1f, -0.4f, 1.2f], 3, x => ActorLoss.Divergence(_backend, x, _backend.Detach(x), [1]));

        Assert.Equal(0, loss, 1e-6);
        AssertClose([0, 0, 0], gradient);
    }

    [Fact]
    public void SquaredError_LeavesOutTurnsWithoutWeight()
    {
        (var loss, var gradient) = Run([0.3f, -1, 2], 1, x => CriticLoss.SquaredError(_backend, x, [0, 0.5f, 1], [0.5f, 0, 0.5f]));

        Assert.Equal(0.545, loss, 1e-6);
        AssertClose([0.3f, 0, 1], gradient);
    }

    [Fact]
    public void NegativeLogLikelihood_OfUniformLogits_IsTheLogarithmOfTheVocabulary()
    {
        (var loss, _) = Run(new float[8], 4, x => SftLoss.NegativeLogLikelihood(_backend, x, [1, 3], [0.5f, 0.5f]));

        Assert.Equal(Math.Log(4), loss, 1e-6);
    }

    [Theory]
    [InlineData(-9999f, 2f)]
    [InlineData(-9999f, -2f)]
    [InlineData(-100f, -2f)]
    [InlineData(-6f, -2f)]
    [InlineData(-5f, -2f)]
    [InlineData(0f, -2f)]
    public void RatioClip_BoundsTheExponent_AndBeyondItTheTokenHasNoGradient(float recorded, float advantage)
    {
        (var loss, var gradient) = Run([Log(0.5)], 1, x => ActorLoss.PpoClip(_backend, x, [recorded], [advantage], [1], 0.2f));

        double difference = Math.Log(0.5) - recorded, ratio = Math.Exp(Math.Min(difference, 5));
        double free = ratio * advantage, clipped = Math.Clamp(ratio, 0.8, 1.2) * advantage;
        Assert.Equal(-Math.Min(free, clipped), loss, 1e-3);
        Assert.Equal(free < clipped && difference <= 5 ? -free : 0, gradient[0], 1e-3);
    }

    [Theory]
    [InlineData(5_000f, 100f)]
    [InlineData(float.MaxValue, 100f)]
    [InlineData(4.6f, 99.48431564193378f)]
    [InlineData(-5_000f, 0f)]
    public void AdvantageWeighted_BoundsTheExponent(float advantage, float weight)
    {
        (var loss, var gradient) = Run([Log(0.5)], 1, x => ActorLoss.AdvantageWeighted(_backend, x, [advantage], [1], 10));

        var expected = advantage == 4.6f ? 100 : weight;
        Assert.Equal(expected * Math.Log(2), loss, 1e-3);
        Assert.Equal(-expected, gradient[0], 1e-3);
        (loss, _) = Run([Log(0.5)], 1, x => ActorLoss.AdvantageWeighted(_backend, x, [advantage], [1], 1));
        Assert.Equal(weight * Math.Log(2), loss, 1e-3);
    }

    [Theory]
    [InlineData(-1e9f, 100, 0)]
    [InlineData(-99f, 99, -1)]
    public void Reinforce_TokenThatIsNeverSaid_HasABoundedLossAndNoGradient(float logProbability, float expected, float slope)
    {
        (var loss, var gradient) = Run([logProbability], 1, x => ActorLoss.Reinforce(_backend, x, [1], [1]));

        Assert.Equal(expected, loss, 1e-3);
        Assert.Equal(slope, gradient[0], 1e-6);
    }

    [Fact]
    public void Normalize_FloorsTheDeviation()
    {
        float[] advantages = [0.0001f, 0.0003f];

        AdvantageScale.Normalize(advantages, floor: 0.01);

        AssertClose([-0.01f, 0.01f], advantages);
    }

    [Fact]
    public void Normalize_GivesMeanZeroAndDeviationOne()
    {
        float[] advantages = [1, 2, 4, -3];

        Assert.Equal(2.943920288775949, AdvantageScale.Deviation(advantages), 1e-9);
        AdvantageScale.Normalize(advantages, floor: 0);

        AssertClose([0, 0.33968311f, 1.01904933f, -1.35873244f], advantages);
    }

    [Fact]
    public void Normalize_OfEqualAdvantages_GivesZeros()
    {
        float[] advantages = [2, 2, 2];

        AdvantageScale.Normalize(advantages, floor: 0);

        AssertClose([0, 0, 0], advantages);
    }

    public void Dispose() => _backend.Dispose();

    private static float Log(double probability) => (float)Math.Log(probability);

    private (float Loss, float[] Gradient) Run(float[] values, int columns, Func<Tensor, Tensor> loss)
    {
        using var parameters = _backend.CreateParameters([new("x", values.Length / columns, columns)]);
        parameters["x"].Write(values);
        using var step = _backend.BeginStep();
        var result = loss(parameters["x"]);
        _backend.Backward(result);
        return (result.Scalar, parameters["x"].Gradient.ToArray());
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }
}
