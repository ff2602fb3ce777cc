using Archer.Policy.Tensors;
using Archer.Trainer.Learning;

namespace Archer.Trainer.Tests.Learning.Torch;

[Collection("libtorch")]
public sealed class TorchLearnerTests() : LearnerContract(TensorBackends.On(TensorDevice.Torch))
{
    [Fact]
    public void Iterations_OnBothBackends_LoseAndWeighTheSame()
    {
        using ITensorBackend managed = TensorBackends.Cpu(), libtorch = TensorBackends.On(TensorDevice.Torch);
        using LearnerRun expected = LearnerRun.Start(managed, Options), actual = LearnerRun.Start(libtorch, Options);
        for (var i = 0; i < 3; i++)
        {
            IterationReport one = expected.Iterate(1), other = actual.Iterate(1);
            AssertClose(one.CriticLoss!.Value, other.CriticLoss!.Value);
            AssertClose(one.ActorLoss!.Value, other.ActorLoss!.Value);
        }
        float[] weights = expected.Weights(), others = actual.Weights();
        double norm = Math.Sqrt(weights.Sum(w => (double)w * w)), difference = Math.Sqrt(weights.Zip(others, (a, b) => Math.Pow(a - b, 2)).Sum());
        Assert.InRange(difference / norm, 0, 1e-4);
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-4 * (1 + Math.Abs(expected)), $"expected {expected}, got {actual}");
}
