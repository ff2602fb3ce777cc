using Archer.Trainer.Learning;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Trainer.Tests.Learning;

public sealed class ReturnsTests
{
    private static readonly float[] Rewards = [-1, -1, 0.5f, -1];

    // Expected numbers: NumPy float64, from the definition as a weighted sum of n-step returns (not from the recursion).
    [Theory]
    [InlineData(-0.4f, new[] { -2.526303179f, -1.61848325f, -0.75115f, -1.38f })]
    [InlineData(0f, new[] { -2.288793156f, -1.34069375f, -0.42625f, -1.0f })]
    public void Lambda_GivesTheWeightedNStepReturns(float last, float[] expected)
    {
        var targets = new float[4];

        Returns.Lambda(Rewards, [-2, -1.5f, 0.25f, -0.75f, last], 0.95f, 0.9f, targets);

        AssertClose(expected, targets);
    }

    // Expected numbers: NumPy float64, the sum of discounted temporal differences.
    [Theory]
    [InlineData(-0.4f, new[] { -0.599223282f, -0.193045187f, -1.031075f, -0.63f })]
    [InlineData(0f, new[] { -0.319888363f, 0.116467188f, -0.688125f, -0.25f })]
    public void GeneralizedAdvantages_SumTheDiscountedSurprises(float last, float[] expected)
    {
        var advantages = new float[4];

        Returns.GeneralizedAdvantages(Rewards, [-2, -1.5f, 0.25f, -0.75f, last], 0.95f, 0.95f, advantages);

        AssertClose(expected, advantages);
    }

    [Fact]
    public void Lambda_OfZero_IsTheOneStepTarget()
    {
        var targets = new float[4];

        Returns.Lambda(Rewards, [-2, -1.5f, 0.25f, -0.75f, -0.4f], 0.95f, 0, targets);

        AssertClose([-2.425f, -0.7625f, -0.2125f, -1.38f], targets);
    }

    [Fact]
    public void Lambda_OfOne_IsTheDiscountedReturn_WhateverTheValuesBetween()
    {
        Prop.ForAll(Cases(), episode =>
        {
            var targets = new float[episode.Rewards.Length];
            Returns.Lambda(episode.Rewards, episode.Values, 0.95f, 1, targets);
            double expected = episode.Values[^1];
            for (var i = targets.Length - 1; i >= 0; i--)
            {
                expected = episode.Rewards[i] + 0.95 * expected;
            }

            return Math.Abs(expected - targets[0]) < 1e-3;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void GeneralizedAdvantages_AreTheLambdaReturnsMinusTheValues()
    {
        Prop.ForAll(Cases(), episode =>
        {
            float[] targets = new float[episode.Rewards.Length], advantages = new float[episode.Rewards.Length];
            Returns.Lambda(episode.Rewards, episode.Values, 0.9f, episode.Lambda, targets);
            Returns.GeneralizedAdvantages(episode.Rewards, episode.Values, 0.9f, episode.Lambda, advantages);
            return Enumerable.Range(0, targets.Length).All(i => Math.Abs(targets[i] - episode.Values[i] - advantages[i]) < 1e-3);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Lambda_WithTooFewValues_IsRefused()
    {
        var refused = Assert.Throws<ArgumentException>(() => Returns.Lambda([1, 2], [0, 0], 1, 1, new float[2]));

        Assert.Equal("Expected 3 values and room for 2 results after 2 rewards, got 2 and 2.", refused.Message);
    }

    private static Arbitrary<EpisodeNumbers> Cases() => Arb.From(
        from turns in Gen.Choose(1, 20)
        from rewards in Gen.ArrayOf(Gen.Choose(-30, 30), turns)
        from values in Gen.ArrayOf(Gen.Choose(-200, 200), turns + 1)
        from lambda in Gen.Choose(0, 100)
        select new EpisodeNumbers([.. rewards.Select(reward => reward / 10f)], [.. values.Select(value => value / 10f)], lambda / 100f));

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }

    private sealed record EpisodeNumbers(float[] Rewards, float[] Values, float Lambda);
}
