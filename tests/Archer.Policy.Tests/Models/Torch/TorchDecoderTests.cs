using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Models.Torch;

[Collection("libtorch")]
public sealed class TorchDecoderTests : DecoderContract
{
    protected override ITensorBackend Create() => TensorBackends.On(TensorDevice.Torch);
}
