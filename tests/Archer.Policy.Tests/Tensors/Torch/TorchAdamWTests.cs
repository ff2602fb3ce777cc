using Archer.Policy.Tensors;
using Archer.Policy.Tests.Tensors.Contract;

namespace Archer.Policy.Tests.Tensors.Torch;

[Collection("libtorch")]
public sealed class TorchAdamWTests : AdamWContract
{
    protected override ITensorBackend Create() => TensorBackends.On(TensorDevice.Torch);
}
