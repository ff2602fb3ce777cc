using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Tensors.Contract;

/// <summary>Every operation of a backend against a naive reference in float64, values and gradients.</summary>
public abstract class GradientContract
{
    protected abstract ITensorBackend Create();

    [Theory]
    [InlineData(1, 3, 5)]
    [InlineData(7, 16, 16)]
    [InlineData(9, 33, 21)]
    [InlineData(70, 19, 35)]
    public void Linear_AnyShape_MatchesReference(int rows, int inputs, int outputs) =>
        new GradientCheck(Create, (rows, inputs), (outputs, inputs)) { Tolerance = 1e-4 }.Run(
            (b, p) => b.Linear(p[0], p[1]), p => DoubleReference.Linear(p[0], p[1], inputs, outputs));

    [Fact]
    public void Linear_WithBias_MatchesReference() =>
        new GradientCheck(Create, (5, 6), (19, 6), (1, 19)).Run(
            (b, p) => b.Linear(p[0], p[1], bias: p[2]),
            p => [.. DoubleReference.Linear(p[0], p[1], 6, 19).Select((y, i) => y + p[2][i % 19])]);

    [Fact]
    public void Linear_WithResidualThatIsAlsoTheInput_MatchesReference() =>
        new GradientCheck(Create, (5, 18), (18, 18)).Run(
            (b, p) =>
            {
                var x = b.Affine(p[0], 1.5f);
                return b.Linear(x, p[1], residual: x);
            },
            p => [.. DoubleReference.Linear(p[0], p[1], 18, 18).Select((y, i) => 1.5 * (y + p[0][i]))]);

    [Theory]
    [InlineData(24)]
    [InlineData(13)]
    public void RmsNorm_AnyWidth_MatchesReference(int columns) =>
        new GradientCheck(Create, (4, columns), (1, columns)).Run((b, p) => b.RmsNorm(p[0], p[1], 1e-3f), p => DoubleReference.RmsNorm(p[0], p[1], 1e-3));

    [Theory]
    [InlineData(16)]
    [InlineData(11)]
    public void SwiGlu_AnyWidth_MatchesReference(int columns) =>
        new GradientCheck(Create, (3, columns), (3, columns)) { Deviation = 2 }.Run(
            (b, p) => b.SwiGlu(p[0], p[1]), p => [.. p[0].Zip(p[1], (g, u) => DoubleReference.Silu(g) * u)]);

    [Theory]
    [InlineData(2, 2, 16)]
    [InlineData(4, 2, 6)]
    [InlineData(3, 1, 4)]
    public void Attention_PackedSequencesAndSharedHeads_MatchesReference(int heads, int keyHeads, int size)
    {
        int[] lengths = [3, 1, 19];
        var tokens = new PackedTokens([.. lengths.Select(n => (IReadOnlyList<int>)new int[n])]);
        var shape = new AttentionShape(heads, keyHeads, size, 100, 32);
        new GradientCheck(Create, (23, heads * size), (23, keyHeads * size), (23, keyHeads * size)) { Tolerance = 5e-5 }.Run(
            (b, p) => b.Attention(p[0], p[1], p[2], tokens, shape),
            p => DoubleReference.Attention(p[0], p[1], p[2], lengths, heads, keyHeads, size, 100));
    }

    [Fact]
    public void Attention_LongerThanAGradientTile_MatchesReference()
    {
        int[] lengths = [41];
        var tokens = new PackedTokens([new int[41]]);
        var shape = new AttentionShape(1, 1, 4, 10_000, 64);
        new GradientCheck(Create, (41, 4), (41, 4), (41, 4)).Run(
            (b, p) => b.Attention(p[0], p[1], p[2], tokens, shape), p => DoubleReference.Attention(p[0], p[1], p[2], lengths, 1, 1, 4, 10_000));
    }

    [Fact]
    public void GatherRows_RepeatedRows_MatchesReference()
    {
        int[] rows = [4, 0, 4, 2];
        new GradientCheck(Create, (5, 3)).Run((b, p) => b.GatherRows(p[0], rows), p => [.. rows.SelectMany(r => p[0][(r * 3)..(r * 3 + 3)])]);
        new GradientCheck(Create, (5, 3)).Run((b, p) => b.Embedding(p[0], rows), p => [.. rows.SelectMany(r => p[0][(r * 3)..(r * 3 + 3)])]);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(21)]
    public void SelectLogProbabilities_AnyVocabulary_MatchesReference(int columns)
    {
        int[] targets = [3, 0, columns - 1];
        new GradientCheck(Create, (3, columns)) { Deviation = 3 }.Run(
            (b, p) => b.SelectLogProbabilities(p[0], targets),
            p => DoubleReference.PerRow(p[0], columns, (r, row) => Math.Log(DoubleReference.Softmax(row)[targets[r]])));
    }

    [Fact]
    public void Entropy_OfLogits_MatchesReference() =>
        new GradientCheck(Create, (4, 13)) { Deviation = 2 }.Run(
            (b, p) => b.Entropy(p[0]), p => DoubleReference.PerRow(p[0], 13, (_, row) => -DoubleReference.Softmax(row).Sum(q => q * Math.Log(q))));

    [Fact]
    public void KullbackLeibler_OfTwoLogits_MatchesReferenceAndLeavesTheReferenceAlone() =>
        new GradientCheck(Create, (4, 13), (4, 13)) { Deviation = 2, Frozen = [1] }.Run(
            (b, p) => b.KullbackLeibler(p[0], p[1]),
            p => DoubleReference.PerRow(p[0], 13, (r, row) => DoubleReference.Softmax(row)
                .Zip(DoubleReference.Softmax(p[1][(r * 13)..(r * 13 + 13)]), (a, b) => a * Math.Log(a / b)).Sum()));

    [Fact]
    public void CrossEntropy_WithSoftLabels_MatchesReference()
    {
        double[] labels = [.. DoubleReference.Softmax(TestNumbers.Normal(10, 3).Select(v => (double)v)), 0, 0, 0, 0.25, 0, 0.5, 0, 0, 0, 0];
        new GradientCheck(Create, (2, 10)).Run(
            (b, p) => b.CrossEntropy(p[0], b.Constant([.. labels.Select(v => (float)v)], 2, 10)),
            p => DoubleReference.PerRow(
                p[0], 10, (r, row) => -DoubleReference.Softmax(row).Select((q, v) => labels[r * 10 + v] * Math.Log(q)).Sum()));
    }

    [Fact]
    public void Elements_EachOperation_MatchesReference()
    {
        Check1((b, x) => b.Affine(x, -2.5f, 0.75f), x => -2.5 * x + 0.75);
        Check1((b, x) => b.Exp(x), Math.Exp);
        Check1((b, x) => b.Square(x), x => x * x);
        Check1((b, x) => b.Relu(x), x => Math.Max(x, 0));
        Check1((b, x) => b.Clamp(x, -0.5f, 0.8f), x => Math.Clamp(x, -0.5, (double)0.8f));
        Check2((b, x, y) => b.Add(x, y), (x, y) => x + y);
        Check2((b, x, y) => b.Subtract(x, y), (x, y) => x - y);
        Check2((b, x, y) => b.Multiply(x, y), (x, y) => x * y);
        Check2((b, x, y) => b.Minimum(x, y), Math.Min);
        Check2((b, x, y) => b.Multiply(x, b.Detach(y)), (x, y) => x * y, 1);
    }

    [Fact]
    public void Sums_EachOperation_MatchesReference()
    {
        var weights = TestNumbers.Normal(12, 9);
        new GradientCheck(Create, (4, 3)).Run((b, p) => b.Sum(p[0]), p => [p[0].Sum()]);
        new GradientCheck(Create, (4, 3)).Run((b, p) => b.Mean(p[0]), p => [p[0].Average()]);
        new GradientCheck(Create, (4, 3)).Run((b, p) => b.WeightedSum(p[0], weights), p => [p[0].Zip(weights, (x, w) => x * w).Sum()]);
        new GradientCheck(Create, (7, 1)).Run((b, p) => b.SegmentSum(p[0], [0, 3, 3, 7]), p => [p[0][..3].Sum(), 0, p[0][3..].Sum()]);
    }

    [Fact]
    public void Backward_ValueUsedTwice_AddsBothGradients() =>
        new GradientCheck(Create, (3, 4)).Run(
            (b, p) =>
            {
                var y = b.Exp(p[0]);
                return b.Add(b.Multiply(y, y), b.Add(y, y));
            },
            p => [.. p[0].Select(x => Math.Exp(2 * x) + 2 * Math.Exp(x))]);

    private void Check1(Func<ITensorBackend, Tensor, Tensor> operation, Func<double, double> reference) =>
        new GradientCheck(Create, (3, 5)).Run((b, p) => operation(b, p[0]), p => [.. p[0].Select(reference)]);

    private void Check2(Func<ITensorBackend, Tensor, Tensor, Tensor> operation, Func<double, double, double> reference, params int[] frozen) =>
        new GradientCheck(Create, (3, 5), (3, 5)) { Frozen = frozen }.Run((b, p) => operation(b, p[0], p[1]), p => [.. p[0].Zip(p[1], reference)]);
}
