using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tests.Tensors;

namespace Archer.Policy.Tests.Models;

/// <summary>The decoder as every backend computes it.</summary>
public abstract class DecoderContract
{
    private protected static readonly LlamaConfig Small = new()
    {
        VocabularySize = 37,
        HiddenSize = 32,
        IntermediateSize = 44,
        Layers = 2,
        Heads = 4,
        KeyValueHeadsOrNull = 2,
        MaxPositions = 128,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Decoder_AgainstGolden_GivesLogitsLossAndGradients(int index)
    {
        var golden = LlamaGolden.Load()[index];
        using var backend = Create();
        var decoder = new LlamaDecoder(backend, golden.Config);
        LlamaGolden.FillWeights(decoder.Parameters);
        var tokens = new PackedTokens(golden.Sequences);
        using (backend.BeginStep())
        {
            var hidden = decoder.Hidden(tokens);
            var logits = decoder.Logits(hidden);
            double[] expected = [.. golden.Logits.SelectMany(r => r)];
            var scale = expected.Max(Math.Abs);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(Math.Abs(expected[i] - logits.Values[i]) < 3e-6 * scale, $"logit {i}: expected {expected[i]}, got {logits.Values[i]}");
            }

            var loss = NextTokenLoss(backend, decoder, hidden, tokens);
            Assert.Equal(golden.Loss, loss.Scalar, 5);
            backend.Backward(loss);
        }
        foreach ((var name, var expected) in golden.Gradients)
        {
            AssertGradient(name, expected, decoder.Parameters[name].Gradient);
        }
    }

    [Fact]
    public void Training_RepeatedText_IsLearned()
    {
        using var backend = Create();
        var decoder = new LlamaDecoder(backend, Small);
        decoder.Initialize(5);
        using var optimizer = backend.CreateAdamW(decoder.Parameters, new AdamWOptions { LearningRate = 1e-2f });
        var tokens = new PackedTokens([TestNumbers.Below(37, 30, 4), TestNumbers.Below(37, 25, 5)]);
        float first = TrainStep(backend, decoder, optimizer, tokens), last = first;
        for (var i = 0; i < 60; i++)
        {
            last = TrainStep(backend, decoder, optimizer, tokens);
        }

        Assert.InRange(first, 3.4, 3.8);
        Assert.InRange(last, 0, 0.15);
    }

    [Fact]
    public void Hidden_SequenceTooLong_IsRefused()
    {
        using var backend = Create();
        var decoder = new LlamaDecoder(backend, Small);
        using var step = backend.BeginStep();
        var error = Assert.Throws<ArgumentException>(() => decoder.Hidden(new PackedTokens([new int[129]])));
        Assert.Equal("A sequence has 129 tokens, the model reaches 128. (Parameter 'tokens')", error.Message);
    }

    protected abstract ITensorBackend Create();

    private protected static float TrainStep(ITensorBackend backend, LlamaDecoder decoder, IOptimizer optimizer, PackedTokens tokens)
    {
        using var step = backend.BeginStep();
        var loss = NextTokenLoss(backend, decoder, decoder.Hidden(tokens), tokens);
        backend.Backward(loss);
        optimizer.Step();
        return loss.Scalar;
    }

    private static Tensor NextTokenLoss(ITensorBackend backend, LlamaDecoder decoder, Tensor hidden, PackedTokens tokens)
    {
        List<int> rows = [], targets = [];
        for (var s = 0; s < tokens.SequenceCount; s++)
        {
            for (var row = tokens.Starts[s]; row < tokens.Starts[s + 1] - 1; row++)
            {
                rows.Add(row);
                targets.Add(tokens.Ids[row + 1]);
            }
        }

        var logProbabilities = backend.SelectLogProbabilities(decoder.LogitsAt(hidden, rows.ToArray()), targets.ToArray());
        return backend.Affine(backend.Mean(logProbabilities), -1f);
    }

    /// <summary>Sum, sum of squares, first three, last three.</summary>
    private static void AssertGradient(string name, double[] expected, ReadOnlySpan<float> gradient)
    {
        var g = gradient.ToArray();
        var norm = Math.Sqrt(expected[1]);
        double[] actual = [g.Sum(v => (double)v), g.Sum(v => (double)v * v), g[0], g[1], g[2], g[^3], g[^2], g[^1]];
        for (var i = 0; i < expected.Length; i++)
        {
            var tolerance = 3e-5 * (i == 1 ? norm * norm : norm * (i == 0 ? Math.Sqrt(g.Length) : 1)) + 1e-9;
            Assert.True(Math.Abs(expected[i] - actual[i]) < tolerance, $"{name}[{i}]: expected {expected[i]}, got {actual[i]}");
        }
    }
}
