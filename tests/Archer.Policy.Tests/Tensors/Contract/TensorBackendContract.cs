using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Tensors.Contract;

/// <summary>Steps, parameters and their gradients, as every backend keeps them.</summary>
public abstract class TensorBackendContract
{
    protected abstract ITensorBackend Create();

    [Fact]
    public void Values_AfterTheStep_AreRefused()
    {
        using var backend = Create();
        Tensor kept;
        using (backend.BeginStep())
        {
            kept = backend.Constant([1, 2], 1, 2);
        }

        var error = Assert.Throws<ObjectDisposedException>(() => kept.Values.Length);
        Assert.StartsWith("The step that made this tensor [1, 2] has ended.", error.Message);
    }

    [Fact]
    public void Operations_OutsideAStep_AreRefused()
    {
        using var backend = Create();
        Assert.Equal(
            "Operations need a step: call BeginStep first.",
            Assert.Throws<InvalidOperationException>(() => backend.Constant([1], 1, 1)).Message);
        using var step = backend.BeginStep();
        Assert.Equal("A step is under way: dispose it first.", Assert.Throws<InvalidOperationException>(() => backend.BeginStep()).Message);
    }

    [Fact]
    public void Backward_NothingRecordedOrTwice_IsRefused()
    {
        using var backend = Create();
        using var set = backend.CreateParameters([new("w", 2)]);
        using (backend.BeginStep(record: false))
        {
            Assert.Throws<InvalidOperationException>(() => backend.Backward(backend.Sum(set[0].Tensor)));
        }

        using var step = backend.BeginStep();
        var loss = backend.Sum(set[0].Tensor);
        backend.Backward(loss);
        Assert.Throws<InvalidOperationException>(() => backend.Backward(loss));
    }

    [Fact]
    public void FrozenParameters_InALoss_TakeNoGradient()
    {
        using var backend = Create();
        using ParameterSet frozen = backend.CreateParameters([new("w", 3)], trainable: false), set = backend.CreateParameters([new("w", 3)]);
        using (backend.BeginStep())
        {
            backend.Backward(backend.Sum(backend.Add(set[0].Tensor, backend.Square(frozen[0].Tensor))));
        }

        Assert.True(frozen[0].Tensor.Gradient.IsEmpty);
        Assert.Equal(new float[] { 1, 1, 1 }, set[0].Tensor.Gradient.ToArray());
    }

    [Fact]
    public void Backward_SeveralSteps_AddUpUntilCleared()
    {
        using var backend = Create();
        using var set = backend.CreateParameters([new("w", 2)]);
        for (var i = 0; i < 3; i++)
        {
            using var step = backend.BeginStep();
            backend.Backward(backend.Sum(set[0].Tensor));
        }
        Assert.Equal(new float[] { 3, 3 }, set[0].Tensor.Gradient.ToArray());
        set.ClearGradients();
        Assert.Equal(new float[] { 0, 0 }, set[0].Tensor.Gradient.ToArray());
    }

    [Fact]
    public void BlendFrom_PartOfTheWay_IsPolyak()
    {
        using var backend = Create();
        using var target = backend.CreateParameters([new("a", 3), new("b", 2, 2)], trainable: false);
        using var online = backend.CreateParameters([new("a", 3), new("b", 2, 2)]);
        target[0].Tensor.Write([0, 10, -4]);
        online[0].Tensor.Write([10, 10, 4]);
        online[1].Tensor.Write([8, 8, 8, 8]);
        target.BlendFrom(online, 0.25f);
        Assert.Equal(new float[] { 2.5f, 10, -2 }, target[0].Tensor.Values.ToArray());
        Assert.Equal(new float[] { 2, 2, 2, 2 }, target[1].Tensor.Values.ToArray());
    }

    [Fact]
    public void ParameterSet_UnknownOrMismatched_SaysWhich()
    {
        using var backend = Create();
        using ParameterSet one = backend.CreateParameters([new("a", 3)]), two = backend.CreateParameters([new("a", 2)]);
        Assert.Equal("There is no parameter 'b'; the first of 1 is 'a'.", Assert.Throws<KeyNotFoundException>(() => one["b"]).Message);
        Assert.StartsWith("Parameter 'a' has shape [3], the source has [2].", Assert.Throws<ArgumentException>(() => one.CopyFrom(two)).Message);
        Assert.Throws<ArgumentException>(() => backend.CreateParameters([new("a", 3), new("a", 3)]));
        Assert.Throws<ArgumentException>(() => backend.CreateParameters([new("a", 0)]));
    }

    [Fact]
    public void Operands_WrongShapesOrIndices_AreRefusedInTheSameWords()
    {
        using var backend = Create();
        using var step = backend.BeginStep();
        var x = backend.Constant([1, 2, 3, 4], 2, 2);
        void Refused(string message, Func<Tensor> operation) => Assert.StartsWith(message, Assert.Throws<ArgumentException>(operation).Message);
        Refused("Expected 3 values for a tensor [1, 3], got 2.", () => backend.Constant([1, 2], 1, 3));
        Refused("b has shape [2, 2], expected [1, 2].", () => backend.Add(backend.Constant([1, 2], 1, 2), x));
        Refused("row 1 is 2, expected 0 to 1.", () => backend.GatherRows(x, [0, 2]));
        Refused("token 0 is -1, expected 0 to 1.", () => backend.Embedding(x, [-1]));
        Refused("weight has shape [1, 3], expected [1, 2].", () => backend.Linear(x, backend.Constant([1, 2, 3], 1, 3)));
        Refused("A linear layer takes a bias or a residual, not both.", () => backend.Linear(x, x, backend.Constant([1, 2], 1, 2), x));
        Refused("Expected 2 targets, got 1.", () => backend.SelectLogProbabilities(x, [0]));
        Refused("target 1 is 2, expected 0 to 1.", () => backend.SelectLogProbabilities(x, [0, 2]));
        Refused("Segment starts must ascend from 0 to 2.", () => backend.SegmentSum(backend.Constant([1, 2], 2, 1), [0, 1]));
        Refused("The lower limit 1 is above the upper limit 0.", () => backend.Clamp(x, 1, 0));
        Refused("Expected 4 weights, got 1.", () => backend.WeightedSum(x, [1]));
        Assert.StartsWith("A loss is [1, 1], got [2, 2].", Assert.Throws<ArgumentException>(() => backend.Backward(x)).Message);
    }

    /// <summary>Some libraries end the process where shapes do not fit, so every operand is checked before.</summary>
    [Fact]
    public void Operands_OfEveryOperation_AreCheckedFirst()
    {
        using var backend = Create();
        using var step = backend.BeginStep();
        Tensor x = backend.Constant([1, 2, 3, 4, 5, 6], 2, 3), other = backend.Constant([1, 2, 3, 4], 2, 2), row = backend.Constant([1, 2, 3, 4], 1, 4);
        Func<Tensor>[] operations =
        [
            () => backend.Constant([1, 2], -1, -2),
            () => backend.Linear(x, other),
            () => backend.Linear(x, x, bias: row),
            () => backend.Linear(x, x, residual: x),
            () => backend.RmsNorm(x, row, 1e-6f),
            () => backend.SwiGlu(x, other),
            () => backend.KullbackLeibler(x, other),
            () => backend.CrossEntropy(x, other),
            () => backend.Subtract(x, other),
            () => backend.Multiply(x, other),
            () => backend.Minimum(x, other),
            () => backend.SegmentSum(x, [0, 2]),
            () => backend.WeightedSum(x, [1, 2]),
            () => backend.Clamp(x, float.NaN, 1),
        ];
        Assert.All(operations, operation => Assert.Throws<ArgumentException>(operation));
    }

    [Fact]
    public void Attention_OperandsThatDoNotFit_AreRefused()
    {
        using var backend = Create();
        using var step = backend.BeginStep();
        Tensor wide = backend.Constant(new float[12], 2, 6), narrow = backend.Constant(new float[8], 2, 4), none = backend.Constant([], 0, 6);
        PackedTokens tokens = new([[1, 2]]);
        void Refused(string message, Tensor queries, Tensor keys, Tensor values, PackedTokens packed, AttentionShape shape) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => backend.Attention(queries, keys, values, packed, shape)).Message);
        AttentionShape shape = new(3, 3, 2, 100, 8);
        Refused("queries has shape [2, 4], expected [2, 6].", narrow, wide, wide, tokens, shape);
        Refused("keys has shape [2, 4], expected [2, 6].", wide, narrow, wide, tokens, shape);
        Refused("values has shape [2, 4], expected [2, 6].", wide, wide, narrow, tokens, shape);
        Refused("queries has shape [2, 6], expected [3, 6].", wide, wide, wide, new PackedTokens([[1, 2, 3]]), shape);
        Refused("A sequence has 2 tokens, attention reaches 1.", wide, wide, wide, tokens, shape with { MaxPositions = 1 });
        Refused("Attention has 3 query heads, expected a multiple of its 2 key heads.", wide, narrow, narrow, tokens, shape with { KeyValueHeads = 2 });
        Refused("Attention has 3 query heads, expected a multiple of its 0 key heads.", wide, wide, wide, tokens, shape with { KeyValueHeads = 0 });
        Refused("A head has size 3, expected a positive even number.", wide, wide, wide, tokens, new AttentionShape(2, 2, 3, 100, 8));
        Refused("Attention needs at least one sequence.", none, none, none, new PackedTokens([]), shape);
    }

    [Fact]
    public void OptimiserState_OfAnotherSize_IsRefused()
    {
        using var backend = Create();
        using ParameterSet set = backend.CreateParameters([new("w", 2, 2)]), other = backend.CreateParameters([new("w", 4)]), longer = backend.CreateParameters([new("w", 5)]);
        using var optimizer = backend.CreateAdamW(set, new AdamWOptions());
        Assert.Throws<ArgumentException>(() => optimizer.RestoreMoments("w", new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => optimizer.RestoreMoments("w", new float[4], new float[5]));
        Assert.Throws<ArgumentException>(() => set[0].Tensor.Write([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => set.CopyFrom(other));
        Assert.Throws<ArgumentException>(() => set.BlendFrom(other, 0.5f));
        Assert.Throws<ArgumentException>(() => set.BlendFrom(longer, 0.5f));
    }

    [Fact]
    public void Minimum_OfEqualNumbers_SendsTheGradientToTheFirst()
    {
        using var backend = Create();
        using var set = backend.CreateParameters([new("a", 2), new("b", 2)]);
        set[0].Tensor.Write([1, 3]);
        set[1].Tensor.Write([1, 2]);
        using (backend.BeginStep())
        {
            backend.Backward(backend.Sum(backend.Minimum(set[0].Tensor, set[1].Tensor)));
        }

        Assert.Equal(new float[] { 1, 0 }, set[0].Tensor.Gradient.ToArray());
        Assert.Equal(new float[] { 0, 1 }, set[1].Tensor.Gradient.ToArray());
    }

    [Fact]
    public void Backward_ParameterThatTheLossDoesNotReach_TakesNoGradient()
    {
        using var backend = Create();
        using var set = backend.CreateParameters([new("used", 2), new("read", 2)]);
        using (backend.BeginStep())
        {
            var aside = backend.Square(set[1].Tensor);
            Assert.True(aside.RequiresGradient);
            backend.Backward(backend.Sum(set[0].Tensor));
            Assert.False(backend.Square(set[0].Tensor).RequiresGradient);
        }
        Assert.Equal(new float[] { 1, 1 }, set[0].Tensor.Gradient.ToArray());
        Assert.Equal(new float[] { 0, 0 }, set[1].Tensor.Gradient.ToArray());
    }

    [Fact]
    public void Tensors_OfAnotherBackend_AreRefused()
    {
        using var backend = Create();
        using var step = backend.BeginStep();
        var error = Assert.Throws<ArgumentException>(() => backend.Exp(new ForeignTensor()));
        Assert.StartsWith("The tensor belongs to another backend.", error.Message);
    }

    private sealed class ForeignTensor : Tensor
    {
        public override int Rows => 1;

        public override int Columns => 1;

        public override bool RequiresGradient => false;

        public override ReadOnlySpan<float> Values => new float[1];

        public override ReadOnlySpan<float> Gradient => default;

        public override void Write(ReadOnlySpan<float> values) => throw new NotSupportedException();
    }
}
