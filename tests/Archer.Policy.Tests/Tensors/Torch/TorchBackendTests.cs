using System.Runtime.ExceptionServices;
using Archer.Policy.Models;
using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Torch;
using Archer.Policy.Tests.Tensors.Contract;
using TorchSharp;

namespace Archer.Policy.Tests.Tensors.Torch;

[Collection("libtorch")]
public sealed class TorchBackendTests : TensorBackendContract
{
    [Fact]
    public void Steps_SameWork_LeaveNoTensorBehind() => OnItsOwnThread(() =>
    {
        using var backend = Create();
        var config = new LlamaConfig { VocabularySize = 40, HiddenSize = 32, IntermediateSize = 48, Layers = 2, Heads = 2 };
        var critic = new Critic(backend, config, 16);
        critic.Initialize(1);
        using var optimizer = backend.CreateAdamW(critic.Parameters, new AdamWOptions());
        var tokens = new PackedTokens([.. Enumerable.Range(20, 30).Select(n => TestNumbers.Below(40, n, n))]);
        long held = 0;
        for (var step = 0; step < 6; step++)
        {
            using (backend.BeginStep())
            {
                var output = critic.Evaluate(tokens, [5, 9], [7, 19]);
                Tensor first = backend.Subtract(output.Q1, output.V1), second = backend.Subtract(output.Q2, output.V2);
                backend.Backward(backend.Mean(backend.Square(backend.Add(first, backend.Affine(second, -1, 2)))));
                optimizer.Step();
            }

            // Counted for this thread alone: other tests leave tensors to the finaliser.
            var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            held = step == 0 ? live : held;
            Assert.Equal(held, live);
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void BeginStep_OnAnyThread_ComputesWithAsManyThreadsAsWereAsked(int threads)
    {
        using var backend = TensorBackends.On(TensorDevice.Torch, threads);
        OnItsOwnThread(() =>
        {
            torch.set_num_threads(3 - threads);
            using var step = backend.BeginStep();
            Assert.Equal(threads, torch.get_num_threads());
        });
    }

    [Fact]
    public void On_NoThreads_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => TensorBackends.On(TensorDevice.Torch, 0));

    [Fact]
    public void Tensors_OfAnotherDevice_AreRefused()
    {
        using ITensorBackend backend = Create(), elsewhere = new TorchBackend(torch.META, 1);
        using var set = elsewhere.CreateParameters([new("w", 2, 2)]);
        using var step = backend.BeginStep();
        var x = backend.Constant([1, 2], 1, 2);

        Assert.StartsWith("The tensor is on meta", Assert.Throws<ArgumentException>(() => backend.Linear(x, set[0].Tensor)).Message);
    }

    protected override ITensorBackend Create() => TensorBackends.On(TensorDevice.Torch);

    private static void OnItsOwnThread(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
