using Archer.Policy.Tensors;
using Archer.Policy.Tests.Tensors.Contract;

namespace Archer.Policy.Tests.Tensors;

public sealed class CpuBackendGradientTests : GradientContract
{
    protected override ITensorBackend Create() => TensorBackends.Cpu();
}
