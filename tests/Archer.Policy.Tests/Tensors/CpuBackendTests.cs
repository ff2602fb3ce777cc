using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Cpu;
using Archer.Policy.Tests.Tensors.Contract;

namespace Archer.Policy.Tests.Tensors;

public sealed class CpuBackendTests : TensorBackendContract
{
    [Fact]
    public void Steps_SameWork_HoldTheSameNativeMemory()
    {
        using var backend = new CpuBackend();
        var config = new LlamaConfig { VocabularySize = 40, HiddenSize = 32, IntermediateSize = 48, Layers = 2, Heads = 2 };
        var critic = new Critic(backend, config, 16);
        critic.Initialize(1);
        using var optimizer = backend.CreateAdamW(critic.Parameters, new AdamWOptions());
        var tokens = new PackedTokens([.. Enumerable.Range(20, 30).Select(n => TestNumbers.Below(40, n, n))]);
        long capacity = 0, managed = 0;
        for (var step = 0; step < 12; step++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using (backend.BeginStep())
            {
                var output = critic.Evaluate(tokens, [5, 9], [7, 19]);
                backend.Backward(backend.Mean(backend.Square(backend.Add(output.Q1, backend.Affine(output.V2, -1, 2)))));
                optimizer.Step();
            }
            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            if (step == 2)
            {
                (capacity, managed) = (backend.Capacity, used);
            }

            if (step > 2)
            {
                Assert.Equal(capacity, backend.Capacity);
                // The runtime recompiles what runs often, and accounts in blocks of 8 kB: growth would be more.
                Assert.InRange(used, 0, managed + 8 * 1024);
            }
        }
        Assert.InRange(managed, 0, 64 * 1024);
    }

    protected override ITensorBackend Create() => TensorBackends.Cpu();
}
