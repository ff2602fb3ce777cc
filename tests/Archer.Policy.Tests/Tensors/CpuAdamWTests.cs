using Archer.Policy.Tensors;
using Archer.Policy.Tests.Tensors.Contract;

namespace Archer.Policy.Tests.Tensors;

public sealed class CpuAdamWTests : AdamWContract
{
    protected override ITensorBackend Create() => TensorBackends.Cpu();
}
