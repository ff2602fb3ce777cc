using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tests.Tensors.Contract;
using TorchSharp;

namespace Archer.Policy.Tests.Tensors.Torch;

[Collection("libtorch")]
public sealed class TorchBackendTests : TensorBackendContract
{
    [Fact]
    public void Steps_SameWork_LeaveNoTensorBehind()
    {
        // What earlier tests left to the finaliser must not leave the count while this one looks at it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using ITensorBackend backend = Create();
        var config = new LlamaConfig { VocabularySize = 40, HiddenSize = 32, IntermediateSize = 48, Layers = 2, Heads = 2 };
        var critic = new Critic(backend, config, 16);
        critic.Initialize(1);
        using IOptimizer optimizer = backend.CreateAdamW(critic.Parameters, new AdamWOptions());
        var tokens = new PackedTokens([.. Enumerable.Range(20, 30).Select(n => TestNumbers.Below(40, n, n))]);
        long held = 0;
        for (int step = 0; step < 6; step++)
        {
            using (backend.BeginStep())
            {
                CriticOutput output = critic.Evaluate(tokens, [5, 9], [7, 19]);
                Tensor first = backend.Subtract(output.Q1, output.V1), second = backend.Subtract(output.Q2, output.V2);
                backend.Backward(backend.Mean(backend.Square(backend.Add(first, backend.Affine(second, -1, 2)))));
                optimizer.Step();
            }
            if (step == 0)
                held = torch.Tensor.TotalCount;
            Assert.Equal(held, torch.Tensor.TotalCount);
        }
    }

    protected override ITensorBackend Create() => TensorBackends.On(TensorDevice.Torch);
}
