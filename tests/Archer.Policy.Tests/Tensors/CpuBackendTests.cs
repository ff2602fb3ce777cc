using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Cpu;

namespace Archer.Policy.Tests.Tensors;

public sealed class CpuBackendTests
{
    [Fact]
    public void Steps_SameWork_HoldTheSameNativeMemory()
    {
        using var backend = new CpuBackend();
        var config = new LlamaConfig { VocabularySize = 40, HiddenSize = 32, IntermediateSize = 48, Layers = 2, Heads = 2 };
        var critic = new Critic(backend, config, 16);
        critic.Initialize(1);
        using IOptimizer optimizer = backend.CreateAdamW(critic.Parameters, new AdamWOptions());
        var tokens = new PackedTokens([.. Enumerable.Range(20, 30).Select(n => TestNumbers.Below(40, n, n))]);
        long capacity = 0, managed = 0;
        for (int step = 0; step < 12; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            using (backend.BeginStep())
            {
                CriticOutput output = critic.Evaluate(tokens, [5, 9], [7, 19]);
                backend.Backward(backend.Mean(backend.Square(backend.Add(output.Q1, backend.Affine(output.V2, -1, 2)))));
                optimizer.Step();
            }
            long used = GC.GetAllocatedBytesForCurrentThread() - before;
            if (step == 2)
                (capacity, managed) = (backend.Capacity, used);
            if (step > 2)
            {
                Assert.Equal(capacity, backend.Capacity);
                // The runtime recompiles what runs often, and accounts in blocks of 8 kB: growth would be more.
                Assert.InRange(used, 0, managed + 8 * 1024);
            }
        }
        Assert.InRange(managed, 0, 64 * 1024);
    }

    [Fact]
    public void Values_AfterTheStep_AreRefused()
    {
        using ITensorBackend backend = TensorBackends.Cpu();
        Tensor kept;
        using (backend.BeginStep())
            kept = backend.Constant([1, 2], 1, 2);
        var error = Assert.Throws<ObjectDisposedException>(() => kept.Values.Length);
        Assert.StartsWith("The step that made this tensor [1, 2] has ended.", error.Message);
    }

    [Fact]
    public void Operations_OutsideAStep_AreRefused()
    {
        using ITensorBackend backend = TensorBackends.Cpu();
        Assert.Equal(
            "Operations need a step: call BeginStep first.",
            Assert.Throws<InvalidOperationException>(() => backend.Constant([1], 1, 1)).Message);
        using IDisposable step = backend.BeginStep();
        Assert.Equal("A step is under way: dispose it first.", Assert.Throws<InvalidOperationException>(() => backend.BeginStep()).Message);
    }

    [Fact]
    public void Backward_NothingRecordedOrTwice_IsRefused()
    {
        using ITensorBackend backend = TensorBackends.Cpu();
        using ParameterSet set = backend.CreateParameters([new("w", 2)]);
        using (backend.BeginStep(record: false))
            Assert.Throws<InvalidOperationException>(() => backend.Backward(backend.Sum(set[0].Tensor)));
        using IDisposable step = backend.BeginStep();
        Tensor loss = backend.Sum(set[0].Tensor);
        backend.Backward(loss);
        Assert.Throws<InvalidOperationException>(() => backend.Backward(loss));
    }

    [Fact]
    public void FrozenParameters_InALoss_TakeNoGradient()
    {
        using ITensorBackend backend = TensorBackends.Cpu();
        using ParameterSet frozen = backend.CreateParameters([new("w", 3)], trainable: false), set = backend.CreateParameters([new("w", 3)]);
        using (backend.BeginStep())
            backend.Backward(backend.Sum(backend.Add(set[0].Tensor, backend.Square(frozen[0].Tensor))));
        Assert.True(frozen[0].Tensor.Gradient.IsEmpty);
        Assert.Equal(new float[] { 1, 1, 1 }, set[0].Tensor.Gradient.ToArray());
    }

    [Fact]
    public void Backward_SeveralSteps_AddUpUntilCleared()
    {
        using ITensorBackend backend = TensorBackends.Cpu();
        using ParameterSet set = backend.CreateParameters([new("w", 2)]);
        for (int i = 0; i < 3; i++)
        {
            using IDisposable step = backend.BeginStep();
            backend.Backward(backend.Sum(set[0].Tensor));
        }
        Assert.Equal(new float[] { 3, 3 }, set[0].Tensor.Gradient.ToArray());
        set.ClearGradients();
        Assert.Equal(new float[] { 0, 0 }, set[0].Tensor.Gradient.ToArray());
    }

    [Fact]
    public void BlendFrom_PartOfTheWay_IsPolyak()
    {
        using ITensorBackend backend = TensorBackends.Cpu();
        using ParameterSet target = backend.CreateParameters([new("a", 3), new("b", 2, 2)], trainable: false);
        using ParameterSet online = backend.CreateParameters([new("a", 3), new("b", 2, 2)]);
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
        using ITensorBackend backend = TensorBackends.Cpu();
        using ParameterSet one = backend.CreateParameters([new("a", 3)]), two = backend.CreateParameters([new("a", 2)]);
        Assert.Equal("There is no parameter 'b'; the first of 1 is 'a'.", Assert.Throws<KeyNotFoundException>(() => one["b"]).Message);
        Assert.StartsWith("Parameter 'a' has shape [3], the source has [2].", Assert.Throws<ArgumentException>(() => one.CopyFrom(two)).Message);
        Assert.Throws<ArgumentException>(() => backend.CreateParameters([new("a", 3), new("a", 3)]));
        Assert.Throws<ArgumentException>(() => backend.CreateParameters([new("a", 0)]));
    }
}
